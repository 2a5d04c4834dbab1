// Any body, with limits as small as it is: the walk accepts what the validator accepts and RapidJSON does, keeps to its
// memory, and hashing a payload and hashing its canonical form give the same.
#include <core/canonical/canonicalizer.hpp>
#include <core/diagnose.hpp>
#include <core/hash.hpp>
#include <support/transforming.hpp>

#include <rapidjson/reader.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace planish;

namespace {

using Kind = core::Diagnosis::Kind;

void require(bool holds) {
  if (!holds) std::abort();
}

// RapidJSON likes no numbers beyond a double, and lets the low half of a surrogate pair stand alone, as UTF-8 too.
void compare_with_rapidjson(std::string_view body, Kind kind) {
  if (kind == Kind::too_deep) return;
  // In place, since it then needs no stack of its own, whose first use is undefined behaviour.
  constexpr unsigned kFlags = rapidjson::kParseValidateEncodingFlag | rapidjson::kParseInsituFlag;
  std::string text(body);
  text.append(4, '\0');  // it also reads on behind the end of a sequence that is cut off
  rapidjson::InsituStringStream stream(text.data());
  rapidjson::Reader reader;
  rapidjson::BaseReaderHandler<> handler;
  const rapidjson::ParseResult result = reader.Parse<kFlags>(stream, handler);
  if (kind == Kind::valid) {
    require(!result.IsError() || result.Code() == rapidjson::kParseErrorNumberTooBig);
  } else if (!result.IsError() && stream.Tell() == body.size()) {
    const bool may_be_surrogate = body.find("\\u") != body.npos || body.find('\xED') != body.npos;
    require(may_be_surrogate || body.find('\0') != body.npos);
  }
}

std::string xxh3_128(std::string_view text) {
  char out[core::kHashBytesMax];
  return {out, core::write_hash<HashAlgorithm::xxh3_128>(text, out)};
}

// A transformer whose limit is the body's size, so that a bound that is off by one is met.
support::Outcome transformed(std::string_view body, InvalidEvents mode, const Options& options = {}) {
  return support::Transforming(options, {.body_bytes_max = body.size()})(body, mode);
}

// The body as the payload of an event.
void hash_as_payload(std::string_view body) {
  core::Canonicalizer canonicalizer(body.size());
  const support::Outcome outcome = transformed(support::request_of(support::event_of(body)), InvalidEvents::refuse);
  require(outcome.kept_to_its_memory);
  const auto result = canonicalizer.canonicalize(body);
  if (outcome.verdict == Verdict::invalid_request) return;  // too deep there
  require((outcome.verdict == Verdict::ok) == (result == core::Canonicalizer::Result::ok));
  if (outcome.verdict != Verdict::ok) return;
  const std::string canonical(canonicalizer.text());
  require(outcome.text.find("\"hash\":\"" + xxh3_128(canonical) + '"') != std::string::npos);
  require(transformed(support::request_of(support::event_of(canonical)), InvalidEvents::refuse).text == outcome.text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  if (body.size() > (1 << 16) - 256) return 0;
  const core::Diagnosis diagnosis = core::diagnose(body);
  Options longest;
  longest.hash = HashAlgorithm::sha256;
  longest.timestamp_unit = TimestampUnit::s;
  for (const InvalidEvents mode : {InvalidEvents::refuse, InvalidEvents::skip}) {
    const support::Outcome outcome = transformed(body, mode, longest);
    require(outcome.kept_to_its_memory);
    // In lenient mode an event that is no JSON may be left out.
    const bool left_out =
        mode == InvalidEvents::skip && outcome.count[static_cast<std::size_t>(Errc::not_json)] +
                                               outcome.count[static_cast<std::size_t>(Errc::too_deep)] !=
                                           0;
    if (left_out) require(diagnosis.kind != Kind::valid);
    if (left_out && outcome.verdict == Verdict::ok) require(core::diagnose(outcome.text).kind == Kind::valid);
    if (left_out) continue;
    require((outcome.verdict == Verdict::not_json) == (diagnosis.kind == Kind::not_json));
    if (diagnosis.kind == Kind::not_json) require(outcome.syntax_offset == diagnosis.offset);
    if (outcome.verdict == Verdict::ok) require(core::diagnose(outcome.text).kind == Kind::valid);
    for (const std::string& fault : outcome.faults) require(core::diagnose(fault).kind == Kind::valid);
  }
  compare_with_rapidjson(body, diagnosis.kind);
  if (diagnosis.kind == Kind::valid) hash_as_payload(body);
  return 0;
}
