// drogon with simdjson's on-demand front end in place of its own JSON.
#include <drogon/HttpAppFramework.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "../../shared/simdjson_transform.hpp"

int main() {
  const char* wanted = std::getenv("THREADS");
  drogon::app()
      .setLogLevel(trantor::Logger::kError)
      .setThreadNum(static_cast<std::size_t>(wanted == nullptr ? 1 : std::atoi(wanted)))
      .setClientMaxBodySize(2 * 1024 * 1024)
      .setClientMaxMemoryBodySize(2 * 1024 * 1024)
      .setIdleConnectionTimeout(0)
      .setMaxConnectionNum(20'000)
      .enableServerHeader(false)
      .addListener("127.0.0.1", static_cast<std::uint16_t>(std::atoi(std::getenv("PORT"))))
      .registerHandler(
          "/",
          [](const drogon::HttpRequestPtr& request, std::function<void(const drogon::HttpResponsePtr&)>&& answer) {
            thread_local peers::Transform transform;
            const auto [status, text] = transform(request->body());
            auto response = drogon::HttpResponse::newHttpResponse();
            response->setStatusCode(static_cast<drogon::HttpStatusCode>(status));
            response->setContentTypeCode(drogon::CT_APPLICATION_JSON);
            response->setBody(std::string(text));
            answer(response);
          },
          {drogon::Post})
      .run();
}
