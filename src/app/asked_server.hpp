// AskedServer: what `smoke` knows of the server that it asks, as far as answers depend on it.
#pragma once

#include <app/settings.hpp>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace planish::app {

class AskedServer {
 public:
  // From the content of GET /version, which was asked `here`: where all else is asked. None: it is not that of a
  // planish which tells its settings.
  [[nodiscard]] static std::optional<AskedServer> from_version(std::string_view content, bool here);
  // From this program's own settings: all of them where the server is the one that they make (`same`), else those that
  // somebody wrote down.
  [[nodiscard]] static AskedServer from_own(const Configuration&, bool same);

  // As `check` shows it; none: it is not known.
  [[nodiscard]] std::optional<std::string_view> value(std::string_view key) const;
  // Where all else is asked, is the admin address: the transform and the description are on another one.
  [[nodiscard]] bool is_admin_address() const { return admin_address_; }
  // Events that it takes go on to somebody else.
  [[nodiscard]] bool has_upstream() const;
  // A setting that the server has, that changes its answers, and that nobody here knows how to allow for; or nothing.
  [[nodiscard]] std::string stranger() const;

 private:
  std::map<std::string, std::string, std::less<>> values_;
  bool admin_address_ = false;
};

}  // namespace planish::app
