// Transforms a Segment batch of 100 events as often as it is told, for contract_gate.py to count:
//   contract_gate COUNT plain|contract|told|told_contract
// without and with a usual contract, as the SDK is answered and as lines with event and key.
//   contract_gate text batch|schema   prints the body, the contract
#include <planish/transformer.hpp>
#include <support/repeated.hpp>
#include <support/segment_batch.hpp>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

int main(int argc, char** argv) {
  if (argc != 3) return 64;
  const std::string_view kind = argv[2];
  if (argv[1] == std::string_view("text")) {
    const std::string text = kind == "schema" ? planish::support::usual_contract() : planish::support::segment_batch();
    return std::fputs(text.c_str(), stdout) < 0 ? 1 : 0;
  }
  planish::Options options;
  options.shape = *planish::ready_made_shape("segment");
  options.timestamps = planish::Timestamps::lax;
  options.answer = kind.starts_with("told") ? planish::Answer::ndjson : planish::Answer::none;
  if (kind.ends_with("contract")) {
    options.contracts =
        planish::Contracts::compile({{"Order%20Completed.json", planish::support::usual_contract()}}).contracts;
    options.unknown_contract = planish::UnknownContract::refuse;
  }
  return planish::support::repeated(std::atoi(argv[1]), options, planish::Context{}, planish::support::segment_batch())
             ? 0
             : 1;
}
