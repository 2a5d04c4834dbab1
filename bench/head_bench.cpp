// What does HTTP cost before and after the transform? The head of a load generator, read, judged, and answered.
#include <http/request_parser.hpp>
#include <http/second_opinion.hpp>
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

void read_head(benchmark::State& state) {
  for (auto _ : state) {
    http::RequestParser parser;
    http::RequestHead head;
    benchmark::DoNotOptimize(parser.read(kHead, {}, head));
    benchmark::DoNotOptimize(head.over(kHead));
  }
}
BENCHMARK(read_head);

void second_opinion(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(http::second_opinion(kHead, http::Framing::length, 9416));
}
BENCHMARK(second_opinion);

void server_connection_of_a_get(benchmark::State& state) {
  test::Thread thread;
  const http::ServerConnection::Parts parts{thread.limits, *thread.service, thread.decoders, *thread.outbox};
  std::string input = kGet + std::string(kPadding, '\0');
  for (auto _ : state) {
    http::ServerConnection exchange;
    http::RequestHead head;
    http::Budget budget;
    benchmark::DoNotOptimize(exchange.advance({{input.data(), kGet.size()}, head}, false, {}, budget, parts));
    thread.outbox->clear();
  }
}
BENCHMARK(server_connection_of_a_get);

}  // namespace
