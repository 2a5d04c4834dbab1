// stage_of<Name>, for the file that defines the stage Name: it ends with `template Stage stage_of<Name>(const Options&)
// noexcept;`, and nothing else has to know the stage's functions. stage.hpp names it, so the linker misses one whose
// file is gone.
#pragma once

#include <core/stage.hpp>

namespace planish::core {

template <class Name>
Stage stage_of(const Options& options) noexcept {
  return Name::is_configured(options) ? Name::judge : nullptr;
}

}  // namespace planish::core
