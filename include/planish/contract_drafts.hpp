// ContractDrafts: a first JSON Schema for each event type, from payloads that were seen, for somebody to tighten. It
// accepts all of them.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace planish {

struct DraftedContract {
  std::string type;
  std::string file;  // its name within a folder: TYPE.json, percent-encoded where a file name needs it
  // In dialect 2020-12: types; `required` for what always was there; `enum` where strings had few values, each of them
  // several times; `format` where all strings were of one. What never was there is not refused.
  std::string text;
  std::size_t payloads = 0;  // that it is made of
};

class ContractDrafts {
 public:
  ContractDrafts();
  ContractDrafts(ContractDrafts&&) noexcept;
  ContractDrafts& operator=(ContractDrafts&&) noexcept;
  ~ContractDrafts();

  // An event as a Transform has passed it: `type` is what stands between the quotes of a JSON string, `payload` is JSON
  // of at most kDepthMax levels. False where there are too many types.
  [[nodiscard]] bool add(std::string_view type, std::string_view payload);

  // By ascending types.
  [[nodiscard]] std::vector<DraftedContract> contracts() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace planish
