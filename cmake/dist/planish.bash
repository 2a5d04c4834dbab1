# Bash completion for planish. The settings come from `planish serve --help` itself, so they are those of the binary in use.
# shellcheck shell=bash
_planish() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} words=
  # --setting=value arrives as three words
  if [ "$current" = "=" ]; then current=; elif [ "$previous" = "=" ]; then previous=${COMP_WORDS[COMP_CWORD - 2]}; fi
  case $previous in
    --config | --listen | --contracts | --plugin) mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
    --hash) words='xxh3-128 xxh3-64 sha256 prefix8' ;;
    --canonical) words='jcs raw' ;;
    --timestamp-unit) words='ms s us ns auto' ;;
    --invalid-events) words='refuse skip' ;;
    --unknown-contract) words='accept refuse' ;;
    --upstream-answer) words='none relay' ;;
    --plugin-errors) words='refuse skip pass' ;;
    --plugin-state) words='request thread' ;;
    --log-level) words='debug info warn error' ;;
    --log-format) words='auto text json' ;;
    contracts) words='draft' ;;
    help) words=$("${COMP_WORDS[0]}" help 2>/dev/null | sed -n '/page of the manual/{n;p}') ;;
    *)
      if [[ $current == -* ]]; then
        words=$("${COMP_WORDS[0]}" serve --help 2>/dev/null | grep -oE -- '--[a-z][a-z-]*' | sort -u)
        case " ${COMP_WORDS[*]} " in
          *' transform '*) words+=' --ndjson' ;;
          *' draft '*) words+=' --endpoint' ;;
          *' test '*) words+=' --update --now' ;;
          *' explain '*) words+=' --endpoint --content-type' ;;
          *' smoke '*) words='--url --help' ;;
          *' check '*) words+=' --connect' ;;
        esac
      elif [ "$COMP_CWORD" = 1 ]; then
        words='serve transform test explain check healthcheck smoke contracts version licenses help'
      else
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
        return
      fi
      ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -F _planish planish
