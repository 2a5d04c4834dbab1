# Bash completion for planish. Settings, their values and the commands come from the binary in use.
# shellcheck shell=bash
_planish() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} planish=${COMP_WORDS[0]} words=
  # --setting=value arrives as three words
  if [ "$current" = "=" ]; then current=; elif [ "$previous" = "=" ]; then previous=${COMP_WORDS[COMP_CWORD - 2]}; fi
  case $previous in
    --config | --listen | --contracts | --plugin | --rule-key-file) mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
    --shape) words='planish segment posthog cloudevents mixpanel amplitude' ;;
    --lang) words='c cpp rust assemblyscript' ;;
    --*)  # the words of a setting stand on the line below it
      words=${previous#--}
      words=$("$planish" help settings 2>/dev/null | awk -v key="${words//-/_}" '$1 == key { getline; if (/^          /) print }')
      ;;
    contracts) words='draft' ;;
    plugin) words='init build check bench' ;;
    help) words=$("$planish" help 2>/dev/null | sed -n '/page of the manual/{n;p}') ;;
  esac
  if [ -z "$words" ]; then
    if [[ $current == -* ]]; then
      words=$("$planish" serve --help 2>/dev/null | grep -oE -- '--[a-z][a-z-]*' | sort -u)
      case " ${COMP_WORDS[*]} " in
        *' transform '*) words+=' --ndjson --endpoint --content-type' ;;
        *' draft '*) words+=' --endpoint' ;;
        *' test '*) words+=' --update --now' ;;
        *' explain '*) words+=' --endpoint --content-type' ;;
        *' smoke '* | *' healthcheck '*) words='--url --help' ;;
        *' plugin init '*) words='--lang' ;;
        *' check '*) words+=' --connect' ;;
      esac
    elif [ "$COMP_CWORD" = 1 ]; then
      words=$("$planish" --help 2>/dev/null | sed -nE 's/^  ([a-z]+) .*/\1/p')
    else
      mapfile -t COMPREPLY < <(compgen -f -- "$current")
      return
    fi
  fi
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -F _planish planish
