// Checks a usual payload against a usual contract COUNT times: contract_gate COUNT, for contract_gate.py.
#include <core/contract/set.hpp>

#include <core/structural_index.hpp>
#include <planish/padded_view.hpp>

#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace planish::core;

constexpr std::string_view kSchema = R"({
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
constexpr std::string_view kPayload =
    R"({"order_id":"50314b8e9bcf000000000000","email":"ada@example.com","currency":"EUR","total":27.5,)"
    R"("quantity":3,"coupon":null,"placed_at":"2024-02-29T12:34:56.789Z","gift":false})";

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 64;
  const auto set = contract::Set::compile({{"Order.json", kSchema}}).set;
  if (set == nullptr) return 1;
  std::vector<char> body(kPayload.begin(), kPayload.end());
  body.resize(kPayload.size() + planish::kPadding);
  StructuralIndex index(kPayload.size());
  contract::Scratch scratch(kPayload.size());
  if (!index.build({body.data(), kPayload.size()})) return 1;
  for (long i = std::atol(argv[1]); i > 0; --i) {
    if (!set->check(set->find("Order"), body.data(), index.begin(), kPayload.size(), scratch).empty()) return 1;
  }
  return 0;
}
