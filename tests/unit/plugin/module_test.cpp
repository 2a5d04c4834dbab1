// Module: which files are loaded, and which are refused before the engine sees a byte of them.
#include <unit/plugin/plugin_fixture.hpp>

#include <core/sha256.hpp>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include <sys/stat.h>
#include <unistd.h>

namespace planish::plugin {
namespace {

class ModuleFiles : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NE(mkdtemp(folder_.data()), nullptr);
    std::ifstream file(guest("noop"), std::ios::binary);
    bytes_.assign(std::istreambuf_iterator<char>(file), {});
    ASSERT_GT(bytes_.size(), 4096U);
  }
  void TearDown() override {
    unlink(path().c_str());
    rmdir(folder_.c_str());
  }
  [[nodiscard]] std::string path() const { return folder_ + "/plugin.cwasm"; }

  // The reason, or nothing where it is loaded.
  std::string refusal_of(std::string_view bytes, mode_t mode = 0644, const std::optional<Digest>& pinned = {}) {
    std::ofstream(path(), std::ios::binary | std::ios::trunc)
        .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    EXPECT_EQ(chmod(path().c_str(), mode), 0);
    std::string error;
    return Module::load(path(), pinned, error) ? "" : error;
  }

  std::string folder_ = testing::TempDir() + "plugin.XXXXXX";
  std::string bytes_;
};

std::string refusal_of_guest(std::string_view name, const Options& options = patient()) {
  std::string error;
  const auto module = Module::load(guest(name), {}, error);
  if (!module) return error;
  return Instance::make(module, options, nullptr, error) ? "" : error;
}

Digest digest_of(std::string_view bytes) {
  Digest digest;
  core::sha256(bytes, digest);
  return digest;
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST_F(ModuleFiles, AreLoadedWhereTheyAreWhole) {
  EXPECT_EQ(refusal_of(bytes_), "");
  EXPECT_EQ(refusal_of(bytes_, 0444), "");
}

TEST_F(ModuleFiles, AreRefusedWithAnyBitFlipped) {
  for (std::size_t at = 0; at < bytes_.size(); at += 97) {
    std::string damaged = bytes_;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << (at % 8)));
    EXPECT_TRUE(has(refusal_of(damaged), "is damaged") || has(refusal_of(damaged), "is no compiled plugin")) << at;
  }
}

TEST_F(ModuleFiles, AreRefusedWhereTheyAreCutOffOrLonger) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{4095}}) {
    EXPECT_TRUE(has(refusal_of(bytes_.substr(0, size)), "too short")) << size;
  }
  for (const std::size_t size : {std::size_t{4096}, bytes_.size() / 2, bytes_.size() - 1}) {
    EXPECT_TRUE(has(refusal_of(bytes_.substr(0, size)), "cut off")) << size;
  }
  EXPECT_TRUE(has(refusal_of(bytes_ + '\0'), "cut off"));
}

// A head that says so of itself, with its own digest in order.
std::string with_head(std::string bytes, std::size_t at, std::string_view text) {
  bytes.replace(at, text.size(), text);
  const Digest digest = digest_of(std::string_view(bytes).substr(0, 4064));
  bytes.replace(4064, digest.size(), reinterpret_cast<const char*>(digest.data()), digest.size());
  return bytes;
}

TEST_F(ModuleFiles, AreRefusedForAnotherEngineOrMachine) {
  EXPECT_TRUE(has(refusal_of(with_head(bytes_, 96, "wasmtime-47")), "compiled for the engine wasmtime-47"));
  EXPECT_TRUE(has(refusal_of(with_head(bytes_, 128, "riscv64")), "compiled for riscv64"));
  EXPECT_TRUE(has(refusal_of(with_head(bytes_, 16, "\2")), "another planish-compile"));
}

// planish-compile makes none such.
TEST_F(ModuleFiles, AreRefusedByNameForWhatTheyImport) {
  std::ifstream file(guest("wasi"), std::ios::binary);
  std::string bytes(std::istreambuf_iterator<char>(file), {});
  const std::string_view from = "wasi_snapshot_preview1";
  for (std::size_t at = bytes.find(from); at != std::string::npos; at = bytes.find(from, at)) bytes[at] = 'm';
  const Digest digest = digest_of(std::string_view(bytes).substr(4096));
  const std::string head = std::string(reinterpret_cast<const char*>(digest.data()), digest.size());
  EXPECT_EQ(refusal_of(with_head(bytes, 32, head)),
            "imports masi_snapshot_preview1.fd_write: a plugin needs no import, and is given WASI preview 1 alone");
}

TEST_F(ModuleFiles, AreRefusedWhereOthersCanWriteThem) {
  for (const mode_t mode : {0664U, 0646U, 0666U, 0777U})
    EXPECT_TRUE(has(refusal_of(bytes_, mode), "chmod go-w")) << mode;
}

TEST_F(ModuleFiles, AreRefusedWhereTheyBelongToSomebodyElse) {
  if (geteuid() != 0) return;  // only root can give a file away
  ASSERT_EQ(refusal_of(bytes_), "");
  ASSERT_EQ(chown(path().c_str(), 12345, 12345), 0);
  std::string error;
  EXPECT_EQ(Module::load(path(), {}, error), nullptr);
  EXPECT_TRUE(has(error, "belongs to somebody else")) << error;
}

TEST_F(ModuleFiles, ArePinnedByTheirDigest) {
  EXPECT_EQ(refusal_of(bytes_, 0644, digest_of(bytes_)), "");
  EXPECT_TRUE(has(refusal_of(bytes_, 0644, digest_of("another")), "plugin_sha256"));
}

TEST_F(ModuleFiles, AreRefusedWhereTheyAreNoFile) {
  std::string error;
  EXPECT_EQ(Module::load(folder_, {}, error), nullptr);
  EXPECT_EQ(error, "is no regular file");
  ASSERT_EQ(mkfifo(path().c_str(), 0600), 0);
  EXPECT_EQ(Module::load(path(), {}, error), nullptr);  // and does not wait for who writes it
  EXPECT_EQ(error, "is no regular file");
  EXPECT_EQ(Module::load("/nowhere", {}, error), nullptr);
  EXPECT_TRUE(has(error, "cannot be read: "));
}

TEST_F(ModuleFiles, ThatAreNotCompiledYetSayWhatToDo) {
  EXPECT_TRUE(has(refusal_of(std::string("\0asm\1\0\0\0", 8) + std::string(5000, ' ')), "planish plugin build"));
}

TEST_F(ModuleFiles, MayBeWrittenOverWhileTheyRun) {
  ASSERT_EQ(refusal_of(bytes_), "");
  std::string error;
  const auto module = Module::load(path(), {}, error);
  auto instance = Instance::make(module, patient(), nullptr, error);
  ASSERT_NE(instance, nullptr) << error;
  std::ofstream(path(), std::ios::binary | std::ios::trunc) << std::string(100'000, 'x');
  Batch batch(std::move(instance), patient(), kBounds);
  Events events;
  events.add("click");
  EXPECT_EQ(batch.judge(events.request()).verdicts[0].action, Action::keep);
}

TEST(Module, NamesWhatItsGuestLacks) {
  EXPECT_TRUE(has(refusal_of_guest("no_memory"), "no memory of the name"));
  EXPECT_TRUE(has(refusal_of_guest("no_events"), "does not export planish_events"));
  EXPECT_TRUE(has(refusal_of_guest("wrong_type"), "planish_events is not a function of 1 i32"));
  EXPECT_TRUE(has(refusal_of_guest("global_for_function"), "planish_abi is not a function"));
}

TEST(Instance, NamesWhatItsGuestDidAtItsStart) {
  EXPECT_TRUE(has(refusal_of_guest("abi_two"), "ABI version 2"));
  EXPECT_TRUE(has(refusal_of_guest("start_traps"), "unreachable"));
  EXPECT_TRUE(has(refusal_of_guest("init_traps"), "planish_init did not return: wasm trap: wasm `unreachable`"));
  EXPECT_TRUE(has(refusal_of_guest("init_refuses"), "planish_init returned 3"));
  EXPECT_TRUE(has(refusal_of_guest("fields_wild"), "outside of its memory"));
  EXPECT_TRUE(has(refusal_of_guest("fields_endless"), "without an end"));
  EXPECT_TRUE(has(refusal_of_guest("fields_many"), "more than 64"));
  EXPECT_TRUE(has(refusal_of_guest("fields_no_pointer"), "no JSON pointer"));
  EXPECT_TRUE(has(refusal_of_guest("big_memory"), "memory"));
}

TEST(Instance, EndsAnInitThatLoops) {
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_TRUE(has(refusal_of_guest("init_loops"), "planish_init did not return"));
  EXPECT_GE(std::chrono::steady_clock::now() - begin, kInitDeadline);
}

TEST(Instance, HasTheMemoryThatItWasGiven) {
  Options options = patient();
  options.memory_bytes_max = 272 * kWasmPageBytes;
  EXPECT_EQ(refusal_of_guest("big_memory", options), "");
  options.memory_bytes_max = 271 * kWasmPageBytes;
  EXPECT_NE(refusal_of_guest("big_memory", options), "");
}

}  // namespace
}  // namespace planish::plugin
