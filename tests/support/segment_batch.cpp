// Always the same bytes.
#include <support/segment_batch.hpp>

namespace planish::support {
namespace {

std::string segment_event(int number) {
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

std::string segment_batch() {
  std::string body = "{\"batch\":[";
  for (int i = 0; i < 100; ++i) body.append(i == 0 ? "" : ",").append(segment_event(i));
  return body + R"(],"writeKey":"k","sentAt":"2023-11-04T18:44:17.000Z"})";
}

std::string usual_contract() {
  return R"({
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
}

}  // namespace planish::support
