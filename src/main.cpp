// planish: the process begins here.
#include <app/run.hpp>

int main(int argc, char** argv) {
  return planish::app::run({argv, static_cast<std::size_t>(argc)});
}
