// What holds of a batch's verdicts, whatever its guest wrote into its memory: they can be told to a client.
#pragma once

#include <bytes/utf8.hpp>
#include <unit/plugin/plugin_fixture.hpp>

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <string>
#include <string_view>

namespace planish::plugin {

inline bool is_told_json(std::string_view text) {
  rapidjson::MemoryStream stream(text.data(), text.size());
  rapidjson::BaseReaderHandler<> nobody;
  rapidjson::Reader reader;
  constexpr unsigned kFlags = rapidjson::kParseValidateEncodingFlag | rapidjson::kParseIterativeFlag;
  return !reader.Parse<kFlags>(stream, nobody).IsError();
}

// The batch is of the guest scribble. Returns what does not hold, or nothing.
inline std::string scribble(Batch& batch, std::string_view words) {
  Events events;
  events.add("scribble", words).add("calm", "1").add("calm", "[2]");
  const BatchRequest request = events.request(batch.text_base());
  const std::size_t output_max = batch_output_bytes_max(request.body_bytes, kBounds.body_bytes_max);
  std::size_t output = 0;
  for (const BatchVerdict& verdict : batch.judge(request).verdicts) {
    for (const std::string_view text : {verdict.reason, verdict.type, verdict.payload, verdict.attributes}) {
      output += text.size();
      if (!bytes::is_utf8(text)) return "a text is not UTF-8";
    }
    if (verdict.reason.size() > kReasonBytesMax || verdict.type.size() > kEventTypeBytesMax)
      return "a text is too long";
    if (verdict.action != Action::keep) continue;
    if (!verdict.payload.empty() && !is_told_json(verdict.payload)) return "a payload is no JSON";
    if (!verdict.attributes.empty() && (!is_told_json(verdict.attributes) || verdict.attributes[0] != '{'))
      return "attributes are no object";
  }
  if (output > output_max) return "it puts out more than it may";
  Events calm;
  calm.add("calm", "1").add("calm", "[2]");
  const BatchAnswer after = batch.judge(calm.request(batch.text_base()));
  return after.all_stay ? "" : "the next request has noticed";
}

}  // namespace planish::plugin
