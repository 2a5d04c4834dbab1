// Reload: SIGHUP's re-reading of the configuration file, of which the reloadable part is taken over.
#pragma once

#include <app/configure.hpp>
#include <app/errand.hpp>
#include <app/log.hpp>
#include <app/systemd.hpp>

#include <exception>
#include <functional>

namespace planish::app {

class Reload {
 public:
  // References must outlive the object. `current` is what the process was started with. `set_endpoints` swaps all of
  // them, or says that it can't.
  Reload(const Startup&, Configuration current, Log&, Supervisor&, std::function<bool(const Settings&)> set_endpoints);

  // Takes over endpoints and log level, soon: the file is read by an errand, since whatever stands in its place may
  // keep its reader waiting. A file that has a fault changes nothing; why is logged.
  void operator()();

 private:
  void take_over(const Configuration& next, const Complaints&);
  void give_up(const std::exception&);
  void log_changes(const Configuration& next);

  const Startup* startup_;
  Configuration current_;
  Log* log_;
  Supervisor* supervisor_;
  std::function<bool(const Settings&)> set_endpoints_;
  Errand errand_;
};

}  // namespace planish::app
