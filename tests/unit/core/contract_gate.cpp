// Transforms a Segment batch of 100 events as often as it is told, for contract_gate.py to count:
//   contract_gate COUNT plain|contract|told|told_contract
// without and with a usual contract, as the SDK is answered and as lines with event and key.
#include <planish/transformer.hpp>

#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr const char* kSchema = R"({
  "type": "object",
  "required": ["order_id", "email", "currency", "total", "placed_at"],
  "properties": {
    "order_id": {"type": "string", "maxLength": 36},
    "email": {"type": "string", "maxLength": 254},
    "currency": {"enum": ["EUR", "USD", "GBP", "CHF"]},
    "total": {"type": "number", "minimum": 0},
    "quantity": {"type": "integer", "minimum": 1},
    "coupon": {"type": ["string", "null"], "maxLength": 20},
    "placed_at": {"type": "string", "format": "date-time"},
    "gift": {"type": "boolean"}
  }
})";

// As the SDK for Node sends it.
std::string event(int number) {
  const std::string n = std::to_string(100 + number);
  return R"({"timestamp":"2023-11-04T18:44:16.)" + n +
         R"(Z","integrations":{},"event":"Order Completed","type":"track","userId":"019mr8m)" + n +
         R"(","properties":{"order_id":"50314b8e9bcf000000000)" + n +
         R"(","email":"ada@example.com","currency":"EUR","total":27.5,"quantity":3,"coupon":null,)"
         R"("placed_at":"2024-02-29T12:34:56.789Z","gift":false},)"
         R"("context":{"library":{"name":"@segment/analytics-node","version":"3.1.0"}},)"
         R"("messageId":"node-next-1795889859714-e3b81211-7939-4f6a-8d8b-831261d9d)" +
         n + R"(","_metadata":{"nodeVersion":"v20.20.2","jsRuntime":"node"}})";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 64;
  const std::string_view kind = argv[2];
  planish::Options options;
  options.shape = *planish::ready_made_shape("segment");
  options.timestamps = planish::Timestamps::lax;
  options.answer = kind.starts_with("told") ? planish::Answer::ndjson : planish::Answer::none;
  if (kind.ends_with("contract")) {
    options.contracts = planish::Contracts::compile({{"Order%20Completed.json", kSchema}}).contracts;
    options.unknown_contract = planish::UnknownContract::refuse;
  }
  std::string body = "{\"batch\":[";
  for (int i = 0; i < 100; ++i) body.append(i == 0 ? "" : ",").append(event(i));
  body += R"(],"writeKey":"k","sentAt":"2023-11-04T18:44:17.000Z"})";
  const std::size_t size = body.size();
  body.resize(size + planish::kPadding);
  const planish::Transform transform(options);
  planish::Transformer transformer;
  std::vector<char> out(transformer.answer_bytes_max(transform, size));
  for (int count = std::atoi(argv[1]); count > 0; --count) {
    const planish::PaddedView view(body, size);
    if (transformer.transform(transform, view, planish::Context{}, out).verdict != planish::Verdict::ok) return 1;
    transformer.finish(std::chrono::nanoseconds{0});
  }
}
