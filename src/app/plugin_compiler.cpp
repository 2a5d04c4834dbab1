// planish-compile, where it is at hand: see the header.
#include <app/plugin_compiler.hpp>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace planish::app {
namespace {

constexpr const char* kNotThere =
    "is WebAssembly that is not compiled yet, and planish-compile is neither beside this program nor in PATH: where it "
    "is, planish plugin build makes a .cwasm of it";

// Runs it to its end, and gives what it says; a reason is a line of some hundred bytes.
class Run {
 public:
  Run() {
    std::array<int, 2> ends{-1, -1};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) return;
    out_ = ends[0];
    in_ = ends[1];
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_adddup2(&actions_, in_, STDERR_FILENO);
  }
  ~Run() {
    if (out_ < 0) return;
    posix_spawn_file_actions_destroy(&actions_);
    close(out_);
    if (in_ >= 0) close(in_);
  }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  // False where it is not there.
  bool start(const std::string& program, std::string from, std::string to) {
    std::string name = "planish-compile";
    const std::array<char*, 4> arguments{name.data(), from.data(), to.data(), nullptr};
    return out_ >= 0 && posix_spawnp(&child_, program.c_str(), &actions_, nullptr, arguments.data(), environ) == 0;
  }
  // What it said; empty where all went well.
  std::string end() {
    close(in_);
    in_ = -1;
    std::string said;
    std::array<char, 512> part;
    for (ssize_t bytes = 1; bytes > 0 || (bytes < 0 && errno == EINTR);) {
      bytes = read(out_, part.data(), part.size());
      if (bytes > 0 && said.size() < part.size()) said.append(part.data(), static_cast<std::size_t>(bytes));
    }
    int status = 0;
    while (waitpid(child_, &status, 0) < 0 && errno == EINTR) {
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
    said = said.substr(0, said.find('\n'));
    return said.empty() ? "planish-compile has failed" : said;
  }

 private:
  int out_ = -1;
  int in_ = -1;
  pid_t child_ = -1;
  posix_spawn_file_actions_t actions_{};
};

}  // namespace

std::string compiler_beside() {
  std::error_code failed;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", failed);
  return failed ? std::string() : (self.parent_path() / "planish-compile").string();
}

bool is_webassembly(const std::string& path) {
  std::error_code failed;
  if (!std::filesystem::is_regular_file(path, failed)) return false;
  std::array<char, 4> begin{};
  std::ifstream file(path, std::ios::binary);
  return file.read(begin.data(), begin.size()) && std::memcmp(begin.data(), "\0asm", begin.size()) == 0;
}

CompiledHere::CompiledHere(const std::string& wasm) {
  std::error_code failed;
  std::string name = (std::filesystem::temp_directory_path(failed) / "planish-plugin-XXXXXX").string();
  if (failed || mkdtemp(name.data()) == nullptr) {
    error_ = "cannot be compiled: no folder for temporary files can be written to";
    return;
  }
  folder_ = name;
  Run compiler;
  const std::string to = (folder_ / "plugin.cwasm").string();
  const std::string beside = compiler_beside();
  if ((beside.empty() || !compiler.start(beside, wasm, to)) && !compiler.start("planish-compile", wasm, to)) {
    error_ = kNotThere;
    return;
  }
  if (const std::string said = compiler.end(); !said.empty()) {
    error_ = "cannot be compiled: " + said;
    return;
  }
  std::filesystem::permissions(to, std::filesystem::perms::owner_read, failed);  // whatever the umask is
  path_ = to;
}

CompiledHere::~CompiledHere() {
  std::error_code failed;
  if (!folder_.empty()) std::filesystem::remove_all(folder_, failed);
}

}  // namespace planish::app
