// The drafts of all types.
#include <core/contract/draft.hpp>
#include <core/contract/set.hpp>
#include <core/json_string.hpp>

#include <planish/contract_drafts.hpp>

#include <algorithm>
#include <utility>

namespace planish {

using core::contract::Draft;

class ContractDrafts::Impl {
 public:
  struct Entry {
    std::string type;
    std::size_t payloads = 0;
    Draft draft{};
  };

  bool add(std::string_view type, std::string_view payload) {
    text_.resize(type.size());
    text_.resize(core::unescape(type, text_.data()));
    auto found = std::lower_bound(entries_.begin(), entries_.end(), text_,
                                  [](const auto& entry, const std::string& wanted) { return entry->type < wanted; });
    if (found == entries_.end() || (*found)->type != text_) {
      if (entries_.size() == core::contract::kFilesMax) return false;
      found = entries_.insert(found, std::make_unique<Entry>(Entry{text_}));
    }
    text_ = payload;  // with a NUL after it, which ends every token
    (*found)->draft.add(text_.c_str(), 1);
    ++(*found)->payloads;
    return true;
  }

  [[nodiscard]] const std::vector<std::unique_ptr<Entry>>& entries() const noexcept { return entries_; }

 private:
  std::vector<std::unique_ptr<Entry>> entries_;  // by type
  std::string text_;
};

ContractDrafts::ContractDrafts() : impl_(std::make_unique<Impl>()) {}
ContractDrafts::ContractDrafts(ContractDrafts&&) noexcept = default;
ContractDrafts& ContractDrafts::operator=(ContractDrafts&&) noexcept = default;
ContractDrafts::~ContractDrafts() = default;

bool ContractDrafts::add(std::string_view type, std::string_view payload) {
  return impl_->add(type, payload);
}

std::vector<DraftedContract> ContractDrafts::contracts() const {
  std::vector<DraftedContract> all;
  for (const auto& entry : impl_->entries()) {
    all.push_back({entry->type, core::contract::file_of_type(entry->type), core::contract::text_of_draft(entry->draft),
                   entry->payloads});
  }
  return all;
}

}  // namespace planish
