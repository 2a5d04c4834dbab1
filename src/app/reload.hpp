// Reload: SIGHUP's re-reading of the configuration file, of which the reloadable part is taken over.
#pragma once

#include <app/configure.hpp>
#include <app/errand.hpp>
#include <app/log.hpp>
#include <app/systemd.hpp>

#include <planish/transformer.hpp>

#include <exception>
#include <functional>

namespace planish::app {

class Reload {
 public:
  // References must outlive the object. `current` is what the process was started with.
  Reload(const Startup&, Configuration current, Log&, Supervisor&, std::function<void(const Transform&)> set_transform);

  // Takes over event types and log level, soon: the file is read by an errand, since whatever stands in its place may
  // keep its reader waiting. A file that has a fault changes nothing; why is logged.
  void operator()();

 private:
  void take_over(const Configuration& next, const Complaints&);
  void give_up(const std::exception&);

  const Startup* startup_;
  Configuration current_;
  Log* log_;
  Supervisor* supervisor_;
  std::function<void(const Transform&)> set_transform_;
  Errand errand_;
};

}  // namespace planish::app
