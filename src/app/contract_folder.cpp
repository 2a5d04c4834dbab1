// A folder as it is mounted: hidden files (a ConfigMap's) and those of other names are none of ours.
#include <app/contract_folder.hpp>

#include <app/regular_file.hpp>
#include <app/setting_checks.hpp>

#include <planish/contracts.hpp>

#include <dirent.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <system_error>
#include <utility>

namespace planish::app {
namespace {

// Contract section 10.
constexpr std::size_t kFilesMax = 10'000;
constexpr std::size_t kBytesMax = std::size_t{64} << 20;

struct Close {
  void operator()(DIR* folder) const noexcept { ::closedir(folder); }
};

// Sorted, so that what is said has an order. False: errno says why.
bool list(const std::string& folder, std::vector<std::string>& names) {
  const std::unique_ptr<DIR, Close> open(::opendir(folder.c_str()));
  if (open == nullptr) return false;
  while (names.size() <= kFilesMax) {
    errno = 0;
    const dirent* const entry = ::readdir(open.get());
    if (entry == nullptr) break;
    std::string name = entry->d_name;
    if (name.size() > 5 && name.front() != '.' && name.ends_with(".json")) names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  return errno == 0;
}

class Reader {
 public:
  Reader(std::string folder, std::string place, Complaints& complaints)
      : folder_(std::move(folder)), place_(std::move(place)), complaints_(complaints) {}

  // `digest` becomes that of the names and texts.
  Contracts::Compiled read(std::size_t& digest) {
    std::vector<std::string> names;
    if (!list(folder_, names)) {
      complain(in_quotes(folder_), "cannot be read: " + std::generic_category().message(errno));
      return {};
    }
    if (names.size() > kFilesMax) {
      complain(in_quotes(folder_), "has more than 10000 files");
      return {};
    }
    std::vector<ContractFile> files;
    std::size_t left = kBytesMax;
    for (std::string& name : names) {
      std::string why;
      auto text = read_regular_file(folder_ + '/' + name, left, why);
      if (!text) {
        complain(name, why);
        continue;
      }
      left -= text->size();
      files.push_back({std::move(name), *std::move(text)});
    }
    for (const ContractFile& file : files) {
      digest = digest * 31 + std::hash<std::string>{}(file.name);
      digest = digest * 31 + std::hash<std::string>{}(file.text);
    }
    Contracts::Compiled compiled = Contracts::compile(files);
    for (const ContractProblem& problem : compiled.problems) {
      complain(problem.file + (problem.pointer.empty() ? "" : "#") + problem.pointer, problem.reason);
    }
    return compiled;
  }

 private:
  void complain(const std::string& where, const std::string& why) {
    complaints_.push_back({place_ + ": " + where + ' ' + why});
  }

  std::string folder_;
  std::string place_;
  Complaints& complaints_;
};

// Where an endpoint's folder is named: in its own table, or for all of them.
std::string place_of_contracts(const Configuration& configuration, std::size_t endpoint) {
  if (endpoint < configuration.endpoints.size()) {
    for (const Given& given : configuration.endpoints[endpoint]) {
      if (given.key == "contracts" && !given.place.empty()) return given.place;
    }
  }
  return std::string(configuration.place_of("contracts"));
}

}  // namespace

// A folder that several endpoints name is read once.
void read_contracts(Configuration& configuration, Complaints& complaints) {
  struct Known {
    Contracts::Compiled compiled;
    std::size_t digest = 1;
  };
  std::map<std::string, Known> known;
  std::vector<EndpointSettings>& endpoints = configuration.settings.endpoints;
  for (std::size_t i = 0; i < endpoints.size(); ++i) {
    EndpointSettings& endpoint = endpoints[i];
    if (endpoint.contracts.empty()) continue;
    const auto [found, is_new] = known.try_emplace(endpoint.contracts);
    Known& folder = found->second;
    if (is_new) {
      Reader reader(endpoint.contracts, place_of_contracts(configuration, i), complaints);
      folder.compiled = reader.read(folder.digest);
    }
    endpoint.contract_set = folder.compiled.contracts;
    endpoint.costly_contracts = folder.compiled.costly;
    endpoint.digests.contracts = folder.digest;
  }
}

bool has_contracts(const Settings& settings) noexcept {
  return std::any_of(settings.endpoints.begin(), settings.endpoints.end(),
                     [](const EndpointSettings& endpoint) { return !endpoint.contracts.empty(); });
}

std::size_t contract_bytes_max(const Settings& settings) {
  std::set<const Contracts*> sets;
  std::size_t bytes = 0, compiling = 0;  // one folder after the other
  for (const EndpointSettings& endpoint : settings.endpoints) {
    const Contracts* const contracts = endpoint.contract_set.get();
    if (contracts == nullptr || !sets.insert(contracts).second) continue;
    bytes += contracts->memory_bytes_max();
    compiling = std::max(compiling, contracts->compile_bytes());
  }
  return 2 * bytes + compiling;
}

std::vector<std::string> contract_warnings(const Settings& settings) {
  std::vector<std::string> lines;
  for (const EndpointSettings& endpoint : settings.endpoints) {
    for (const std::string& schema : endpoint.costly_contracts) {
      lines.push_back(schema + " may take more than 64 walks of a payload; one that does is refused");
    }
  }
  return lines;
}

}  // namespace planish::app
