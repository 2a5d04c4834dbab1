// Whether guests find what they hid in an earlier request: freshness FILE.cwasm…, each made by freshness_test.py.
// Prints the files of those that do, of those that do not find it in the same request either, and how many there were.
#include <unit/plugin/plugin_fixture.hpp>

#include <cstdio>
#include <string>
#include <string_view>

namespace planish::plugin {
namespace {

std::string story(Batch& batch, std::string_view first, std::string_view second = {}) {
  Events events;
  events.add(first);
  if (!second.empty()) events.add(second);
  std::string text;
  for (const BatchVerdict& verdict : batch.judge(events.request(batch.text_base())).verdicts) {
    text += "kdr!"[static_cast<std::size_t>(verdict.action)];
  }
  return text;
}

// What does not hold, or nothing. A guest keeps what it is asked to hide, or traps when it has hidden it; it rejects
// what it is asked to seek where it finds that, and keeps it where all is as after its init.
std::string wrong_with(std::string_view path) {
  std::string error;
  const std::shared_ptr<const Module> module = Module::load(std::string(path), {}, error);
  if (!module) return error;
  std::unique_ptr<Instance> instance = Instance::make(module, patient(), nullptr, error);
  if (!instance) return error;
  Batch batch(std::move(instance), patient(), kBounds);
  if (story(batch, "seek") != "k") return "finds something before anything was hidden";
  for (int round = 0; round < 3; ++round) {
    if (story(batch, "hide") != "k") return "does not hide";
    if (story(batch, "seek") != "k") return "finds what an earlier request hid";
    if (story(batch, "trap") != "!") return "does not trap";
    if (story(batch, "seek") != "k") return "finds what a request hid that trapped";
    if (story(batch, "trap", "seek") != "!k") return "finds what an event hid that trapped";
    if (story(batch, "hide", "seek") != "kr") return "does not find what it hid in the same request";
  }
  return story(batch, "seek") == "k" ? "" : "finds what an earlier request hid";
}

}  // namespace
}  // namespace planish::plugin

int main(int argc, char** argv) {
  int wrong = 0;
  for (int i = 1; i < argc; ++i) {
    const std::string why = planish::plugin::wrong_with(argv[i]);
    if (why.empty()) continue;
    std::printf("%s %s\n", argv[i], why.c_str());
    ++wrong;
  }
  std::printf("%d guests, %d wrong\n", argc - 1, wrong);
  return wrong == 0 ? 0 : 1;
}
