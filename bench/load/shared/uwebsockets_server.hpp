// uWebSockets 0.14, the last whose C++ sources are on npm, around a transform: HTTP is the library's, the work is the
// caller's.
#pragma once

#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "Hub.h"

namespace peers {

inline std::string head_of(int status, std::size_t body_bytes) {
  const char* reason = status == 200 ? "OK" : status == 400 ? "Bad Request" : "Unprocessable Entity";
  return "HTTP/1.1 " + std::to_string(status) + ' ' + reason +
         "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body_bytes) + "\r\n\r\n";
}

// Work: std::string_view whole_answer(std::string_view body), for a body in the library's buffer, and
// std::string_view whole_answer_in_place(std::string& body); both with the head in front.
template <typename Work>
class UwsServer {
 public:
  void run(int port) {
    uWS::Hub hub;
    hub.onHttpRequest([this](uWS::HttpResponse* response, uWS::HttpRequest, char* data, size_t length, size_t rest) {
      if (rest == 0) return answer(response, work_.whole_answer({data, length}));
      auto pieces = std::make_unique<std::string>();
      pieces->reserve(length + rest + 64);
      pieces->append(data, length);
      response->setUserData(pieces.release());
    });
    hub.onHttpData([this](uWS::HttpResponse* response, char* data, size_t length, size_t rest) {
      auto* const pieces = static_cast<std::string*>(response->getUserData());
      pieces->append(data, length);
      if (rest > 0) return;
      response->setUserData(nullptr);
      const std::unique_ptr<std::string> body(pieces);
      answer(response, work_.whole_answer_in_place(*body));
    });
    hub.onCancelledHttpRequest(
        [](uWS::HttpResponse* response) { delete static_cast<std::string*>(response->getUserData()); });
    if (!hub.listen("127.0.0.1", port, nullptr, uS::REUSE_PORT)) std::exit(71);
    hub.run();
  }

 private:
  static void answer(uWS::HttpResponse* response, std::string_view whole) {
    auto* socket = response->getHttpSocket();
    response->hasHead = true;  // ours; else the library writes one without a content type
    response->end(whole.data(), whole.size());
    socket->cork(false);  // the library corks, and forgets to uncork where a body came in pieces
  }

  Work work_;
};

template <typename Work>
int serve_with_uws() {
  const int port = std::atoi(std::getenv("PORT"));
  const char* wanted = std::getenv("THREADS");
  std::vector<std::thread> others;
  for (int i = 1; i < (wanted == nullptr ? 1 : std::atoi(wanted)); ++i) {
    others.emplace_back([=] { UwsServer<Work>().run(port); });
  }
  UwsServer<Work>().run(port);
  return 0;
}

}  // namespace peers
