// From files to contracts, and a payload to its faults.
#include <core/contract/set.hpp>

#include <planish/options.hpp>

#include <core/contract/check.hpp>
#include <core/contract/compiler.hpp>
#include <core/contract/cost.hpp>
#include <core/contract/uri_reference.hpp>

#include <algorithm>

namespace planish::core::contract {
namespace {

constexpr std::string_view kSuffix = ".json";

// False: the reason is in `type`.
bool type_of_file(std::string_view name, std::string& type) {
  if (name.size() <= kSuffix.size() || name.substr(name.size() - kSuffix.size()) != kSuffix) {
    type = "is not called TYPE.json";
    return false;
  }
  if (!decode_percent(name.substr(0, name.size() - kSuffix.size()), type)) {
    type = "has a percent sign without two hexadecimal digits in its name";
    return false;
  }
  if (type.size() <= kEventTypeBytesMax) return true;
  type = "is the name of a type of more than " + std::to_string(kEventTypeBytesMax) + " bytes";
  return false;
}

bool stands_as_it_is(char c) noexcept {
  constexpr std::string_view kOthers = "-_.~@+,=";
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c & 0x80) != 0 ||
         kOthers.find(c) != std::string_view::npos;
}

bool are_within_limits(const std::vector<File>& files, std::vector<Problem>& problems) {
  std::size_t bytes = 0;
  for (const File& file : files) bytes += file.text.size();
  if (files.size() > kFilesMax) problems.push_back({"", "", "more than " + std::to_string(kFilesMax) + " files"});
  if (bytes > kFilesBytesMax)
    problems.push_back({"", "", "more than " + std::to_string(kFilesBytesMax >> 20) + " MiB of schemas"});
  return problems.empty();
}

// References that come back to where they began say nothing of any value.
void report_loops(const std::vector<Cost>& costs, const std::vector<Place>& places, Folder& folder) {
  for (Id id = 0; id < costs.size(); ++id) {
    if (costs[id].nested == kNone) {
      folder.report(places[id], "leads back to itself, or to a schema that does, without going into the value");
    } else if (costs[id].nested > kNestedMax) {
      folder.report(places[id],
                    "applies more than " + std::to_string(kNestedMax) + " schemas one within the other to one value");
    }
  }
}

}  // namespace

// A dot in front would hide it.
std::string file_of_type(std::string_view type) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string name;
  for (const char c : type) {
    if (stands_as_it_is(c) && (c != '.' || !name.empty())) {
      name += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      name.append({'%', kDigits[byte >> 4], kDigits[byte & 15]});
    }
  }
  return name.append(kSuffix);
}

Set::Compiled Set::compile(const std::vector<File>& files, const CompileLimits& limits) {
  Compiled result;
  if (!are_within_limits(files, result.problems)) return result;
  std::shared_ptr<Set> set(new Set);
  Folder folder(files, limits.values_max, result.problems);
  Compiler compiler(folder, set->program_, limits.program_bytes_max);
  const std::vector<Id> roots = compiler.run();
  std::string type;
  for (std::uint32_t i = 0; i < files.size(); ++i) {
    if (!type_of_file(files[i].name, type)) {
      result.problems.push_back({std::string(files[i].name), "", type});
    } else {
      set->contracts_.push_back({set->program_.pool.keep(type), roots[i], i});
    }
  }
  auto& contracts = set->contracts_;
  std::sort(contracts.begin(), contracts.end(),
            [](const Entry& a, const Entry& b) { return a.type != b.type ? a.type < b.type : a.file < b.file; });
  for (std::size_t i = 1; i < contracts.size(); ++i) {
    if (contracts[i].type != contracts[i - 1].type) continue;
    result.problems.push_back({std::string(files[contracts[i].file].name), "",
                               "is for the type \"" + std::string(contracts[i].type) + "\", as " +
                                   std::string(files[contracts[i - 1].file].name) + " is"});
  }
  const std::vector<Cost> costs = costs_of(set->program_);
  report_loops(costs, compiler.places(), folder);
  if (!result.problems.empty()) return result;

  std::vector<NewWord> types;
  for (Id i = 0; i < contracts.size(); ++i) types.push_back({contracts[i].type, i, contracts[i].schema});
  set->types_ = make_word_table(types, set->slots_);
  set->too_costly_.assign(set->program_.schemas.size(), kNone);
  for (const Entry& contract : contracts) {
    if (contract.schema == kNone) continue;
    const std::string location = folder.location(compiler.places()[contract.schema]);
    if (costs[contract.schema].walks > kWalksMax) result.warnings.push_back({location});
    set->too_costly_[contract.schema] = compiler.add_reason(
        compiler.places()[contract.schema], "would cost more than " + std::to_string(kWalksMax) + " walks to check");
  }
  set->compile_bytes_ = folder.memory_bytes() + compiler.memory_bytes() + set->program_.settle();
  for (const File& file : files) set->compile_bytes_ += file.name.size() + file.text.size();
  result.set = std::move(set);
  return result;
}

Set::Contract Set::find(std::string_view type) const noexcept {
  const WordSlot* const found = find_word(slots_.data(), types_, WordEnds::of_bare(type), type);
  if (found == nullptr) return {};
  return {found->of, true};
}

std::span<const ContractFault> Set::check(Contract contract, const char* body, Index payload, std::size_t bytes,
                                          Scratch& scratch) const noexcept {
  if (contract.schema == kNone) return {};
  // Beside the walks, what looking at a small value costs anyway.
  constexpr std::uint64_t kBeside = 64;
  Check check(program_, body, scratch, (std::uint64_t{bytes} + kBeside) * kWalksMax);
  if (check.run(contract.schema, payload)) return {};
  if (!check.exceeded()) return check.faults().write(program_, body, payload, scratch);
  FaultBook book;
  book.add(too_costly_[contract.schema], payload);
  return book.write(program_, body, payload, scratch);
}

std::size_t Set::memory_bytes_max() const noexcept {
  return program_.memory_bytes() + slots_.size() * sizeof(WordSlot) + contracts_.size() * (sizeof(Entry) + sizeof(Id)) +
         program_.patterns.size() * kPatternBytesMax;
}

}  // namespace planish::core::contract
