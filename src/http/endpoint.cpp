// Endpoints: each path leads to its endpoint.
#include <http/endpoint.hpp>

#include <algorithm>
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

Sdk Endpoints::sdk_of_all() const noexcept {
  const auto differs = [this](const Endpoint& one) { return one.shape().sdk != all_.front().shape().sdk; };
  return all_.empty() || std::any_of(all_.begin(), all_.end(), differs) ? Sdk::none : all_.front().shape().sdk;
}

}  // namespace planish::http
