// What does HTTP cost before and after the transform? The head of a load generator, read, judged, and answered.
#include <http/head_scan.hpp>
#include <http/request_parser.hpp>
#include <support/server_connection_wire.hpp>

#include <benchmark/benchmark.h>

#include <string>

namespace {

using namespace planish;

const std::string kHead =
    "POST / HTTP/1.1\r\nHost: localhost:8080\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\nContent-Type: "
    "application/json\r\n"
    "Content-Length: 9416\r\n\r\n";
const std::string kGet =
    "GET /healthz HTTP/1.1\r\nHost: localhost:8080\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\n\r\n";

void head_scan(benchmark::State& state) {
  const http::Limits limits;
  for (auto _ : state) {
    http::HeadScan scan;
    benchmark::DoNotOptimize(scan.scan(kHead, limits));
  }
}
BENCHMARK(head_scan);

void parse_request(benchmark::State& state) {
  for (auto _ : state) {
    http::Request request;
    benchmark::DoNotOptimize(http::parse_request(kHead, std::size_t{1} << 20, request));
    benchmark::DoNotOptimize(request);
  }
}
BENCHMARK(parse_request);

void server_connection_of_a_get(benchmark::State& state) {
  test::Thread thread;
  const http::ServerConnection::Parts parts{thread.limits, *thread.service, thread.decoder, *thread.outbox};
  std::string input = kGet + std::string(kPadding, '\0');
  for (auto _ : state) {
    http::ServerConnection exchange;
    http::Budget budget;
    benchmark::DoNotOptimize(exchange.advance({input.data(), kGet.size()}, false, {}, budget, parts));
    thread.outbox->clear();
  }
}
BENCHMARK(server_connection_of_a_get);

}  // namespace
