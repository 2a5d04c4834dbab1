// Standard streams: descriptors 0, 1 and 2, which whoever started the process may have left closed.
#pragma once

namespace planish::app {

// Puts /dev/null where one of the three is closed, or else a stream that takes and gives nothing: what is opened next
// would get its number, and the log would be written into a client's connection. To be called before anything is
// opened. False: the system gives no descriptor.
[[nodiscard]] bool open_standard_streams() noexcept;

}  // namespace planish::app
