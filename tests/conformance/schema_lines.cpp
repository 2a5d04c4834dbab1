// Schemas and documents in, what a contract says of them out: the core's side of schema_oracle_test.py.
//   file NAME BYTES    the text follows, and a line end     adds a file to the folder
//   compile            a line for each problem, then "ok" or "refused"; the folder begins anew with the next file
//   check TYPE BYTES   the text follows, and a line end     a line for each fault, then "valid" or "invalid"
#include <core/contract/set.hpp>

#include <core/diagnose.hpp>
#include <core/structural_index.hpp>
#include <planish/padded_view.hpp>

#include <iostream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace planish::core;

class Lines {
 public:
  void run() {
    for (std::string line; std::getline(std::cin, line);) {
      std::istringstream words(line);
      std::string verb, name;
      std::size_t size = 0;
      words >> verb >> name >> size;
      if (verb == "file") {
        files_.emplace_back(name, read(size));
      } else if (verb == "compile") {
        compile();
      } else {
        check(name, read(size));
      }
    }
  }

 private:
  static std::string read(std::size_t size) {
    std::string text(size, '\0');
    std::cin.read(text.data(), static_cast<std::streamsize>(size));
    std::cin.get();
    return text;
  }
  void compile() {
    std::vector<contract::File> files;
    for (const auto& [name, text] : files_) files.push_back({name, text});
    contract::Set::Compiled compiled = contract::Set::compile(files);
    for (const auto& problem : compiled.problems) {
      std::cout << problem.file << '\t' << problem.pointer << '\t' << problem.reason << '\n';
    }
    set_ = std::move(compiled.set);
    std::cout << (set_ != nullptr ? "ok" : "refused") << std::endl;
    files_.clear();
  }
  void check(const std::string& type, const std::string& text) {
    body_.assign(text.begin(), text.end());
    body_.resize(text.size() + planish::kPadding);
    const std::string_view body(body_.data(), text.size());
    if (diagnose(body).kind != Diagnosis::Kind::valid || !index_.build(body)) {
      std::cout << "not JSON" << std::endl;
      return;
    }
    const auto faults = set_->check(set_->find(type), body_.data(), index_.begin(), text.size(), scratch_);
    for (const auto& fault : faults) std::cout << fault.pointer << '\t' << fault.detail << '\t' << fault.schema << '\n';
    std::cout << (faults.empty() ? "valid" : "invalid") << std::endl;
  }

  static constexpr std::size_t kTextBytesMax = std::size_t{1} << 20;
  std::vector<std::pair<std::string, std::string>> files_;
  std::shared_ptr<const contract::Set> set_;
  std::vector<char> body_;
  StructuralIndex index_{kTextBytesMax};
  contract::Scratch scratch_{kTextBytesMax};
};

}  // namespace

int main() {
  std::ios::sync_with_stdio(false);
  Lines().run();
}
