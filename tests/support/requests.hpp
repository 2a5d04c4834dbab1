// Requests as bytes, for tests that write them to a connection.
#pragma once

#include <string>

namespace planish::test {

inline const std::string kBody = R"({"user_id":7,"events":[{"event_type":"a","timestamp":1,"payload":{}}]})";
inline const std::string kGet = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";

inline std::string post(const std::string& body = kBody, const std::string& fields = "",
                        const std::string& path = "/") {
  return "POST " + path + " HTTP/1.1\r\nHost: a\r\n" + fields + "Content-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

}  // namespace planish::test
