// RequestHead: from offsets to views.
#include <http/request_head.hpp>
#include <http/traceparent.hpp>

namespace planish::http {

Request RequestHead::over(std::string_view bytes) const noexcept {
  Request request{*this, {}, {}, {}, {}, {}, {}, complete_at};
  request.request_id = bytes.substr(request_id_at, request_id_size);
  request.origin = bytes.substr(origin_at, origin_size);
  if (trace_id_at != 0) request.trace_id = bytes.substr(trace_id_at, kTraceIdBytes);
  if (path == Path::unread) return request;
  request.path = path == Path::sent ? bytes.substr(path_at, path_size) : path == Path::root ? "/" : "*";
  request.query = bytes.substr(query_at, query_size);
  request.fields = bytes.substr(fields_at, bytes.size() - fields_at - 2);  // without the empty line
  return request;
}

}  // namespace planish::http
