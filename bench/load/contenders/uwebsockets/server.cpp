// uWebSockets 0.14, the last whose C++ sources are on npm, with simdjson's on-demand front end.
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "../../shared/simdjson_transform.hpp"
#include "Hub.h"

namespace {

struct Server {
  peers::Transform transform;
  std::string out;

  void answer(uWS::HttpResponse* response, std::string_view body) {
    const auto [status, text] = transform(body);
    const char* reason = status == 200 ? "OK" : status == 400 ? "Bad Request" : "Unprocessable Entity";
    out =
        "HTTP/1.1 " + std::to_string(status) + ' ' + reason + "\r\nContent-Type: application/json\r\nContent-Length: ";
    out += std::to_string(text.size()) + "\r\n\r\n" + text;
    auto* socket = response->getHttpSocket();
    response->hasHead = true;  // ours; else the library writes one without a content type
    response->end(out.data(), out.size());
    socket->cork(false);  // the library corks, and forgets to uncork where a body came in pieces
  }

  void run(int port) {
    uWS::Hub hub;
    hub.onHttpRequest([this](uWS::HttpResponse* response, uWS::HttpRequest, char* data, size_t length, size_t rest) {
      if (rest == 0) return answer(response, {data, length});
      auto* pieces = new std::string(data, length);
      pieces->reserve(length + rest);
      response->setUserData(pieces);
    });
    hub.onHttpData([this](uWS::HttpResponse* response, char* data, size_t length, size_t rest) {
      auto* pieces = static_cast<std::string*>(response->getUserData());
      pieces->append(data, length);
      if (rest > 0) return;
      response->setUserData(nullptr);
      answer(response, *pieces);
      delete pieces;
    });
    hub.onCancelledHttpRequest(
        [](uWS::HttpResponse* response) { delete static_cast<std::string*>(response->getUserData()); });
    if (!hub.listen("127.0.0.1", port, nullptr, uS::REUSE_PORT)) std::exit(71);
    hub.run();
  }
};

}  // namespace

int main() {
  const int port = std::atoi(std::getenv("PORT"));
  const char* wanted = std::getenv("THREADS");
  std::vector<std::thread> others;
  for (int i = 1; i < (wanted == nullptr ? 1 : std::atoi(wanted)); ++i)
    others.emplace_back([=] { Server().run(port); });
  Server().run(port);
}
