// Endpoints: each path leads to its endpoint.
#include <http/endpoint.hpp>

#include <utility>

namespace planish::http {
namespace {

PathTable table_of(std::span<const Endpoint> endpoints) {
  std::vector<std::pair<std::string, std::uint16_t>> rows;
  for (std::size_t i = 0; i < endpoints.size(); ++i) {
    for (const std::string& path : endpoints[i].paths) rows.emplace_back(path, static_cast<std::uint16_t>(i));
  }
  return PathTable(rows);
}

}  // namespace

Endpoints::Endpoints(std::vector<Endpoint> all) : all_(std::move(all)), paths_(table_of(all_)) {}

}  // namespace planish::http
