// Service: whole answers to requests as values.
#include "unit/http/service_fixture.hpp"

namespace planish::http {
namespace {

TEST_F(ServiceTest, AnswersTheOneRequest) {
  clock_step = 8'400ns;
  EXPECT_EQ(answer(request(Method::post, "/"), kEvents),
            "HTTP/1.1 200 OK\r\n"
            "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
            "Content-Type: application/json\r\n"
            "Content-Length: 158\r\n"
            "X-Request-Id: id-1\r\n"
            "Server-Timing: transform;dur=0.008\r\n"
            "\r\n"
            R"({"user_id":7,"processed_events":[{"event_type":"a","normalized_timestamp":1,)"
            R"("hash":"dc7048f8f8747f561349cde127705c16"}],"total_duration_ms":0,"trace_id":null})");
}

TEST_F(ServiceTest, GivesTheWholeMillisecondsOfTheTransformToTheAnswer) {
  clock_step = 12'345'678ns;
  const std::string text = answer(request(Method::post, "/"), kEvents);
  EXPECT_TRUE(has(text, "Server-Timing: transform;dur=12.345\r\n"));
  EXPECT_TRUE(has(text, R"("total_duration_ms":12,)"));
}

TEST_F(ServiceTest, GivesTheTraceIdOfTraceparentToTheAnswer) {
  Request asked = request(Method::post, "/");
  asked.trace_id = "0af7651916cd43dd8448eb211c80319c";
  EXPECT_TRUE(answer(asked, kEvents).ends_with(R"("trace_id":"0af7651916cd43dd8448eb211c80319c"})"));
}

TEST_F(ServiceTest, RefusesWhatIsNotJson) {
  const std::string text = answer(request(Method::post, "/"), R"({"user_id":tru})");
  EXPECT_TRUE(text.starts_with("HTTP/1.1 400 Bad Request\r\n"));
  EXPECT_TRUE(has(text, "Content-Type: application/problem+json\r\n"));
  EXPECT_TRUE(has(text, "Server-Timing: transform;dur="));
  EXPECT_EQ(content_of(text), R"({"type":"/problems/not-json","title":"The body is not JSON","status":400,)"
                              R"("detail":"The body stops being JSON at byte 14","request_id":"id-1","offset":14})");
}

TEST_F(ServiceTest, RefusesABatchWithAnInvalidEvent) {
  const std::string text = answer(request(Method::post, "/"), kHalf);
  EXPECT_TRUE(text.starts_with("HTTP/1.1 422 Unprocessable Content\r\n"));
  EXPECT_TRUE(
      has(text,
          R"("title":"Some events are invalid","status":422,"detail":"1 of 2 events are invalid","request_id":"id-1",)"
          R"("errors":[{"pointer":"/events/1/event_type","code":"empty_event_type","detail":")"));
  EXPECT_FALSE(has(text, "Preference-Applied"));
}

TEST_F(ServiceTest, TellsFaultsOutsideTheEventsApart) {
  const auto detail = [this](std::string_view body) {
    const std::string text = answer(request(Method::post, "/"), body);
    EXPECT_TRUE(has(text, "/problems/invalid-request")) << text;
    const std::size_t at = text.find("\"detail\":\"") + 10;
    return text.substr(at, text.find('"', at) - at);
  };
  EXPECT_EQ(detail(R"({"events":[]})"), "1 fault outside the events");
  EXPECT_EQ(detail("{}"), "2 faults outside the events");
  EXPECT_EQ(detail(R"({"events":[1,2,{"event_type":"a","timestamp":1,"payload":0}]})"),
            "1 fault outside the events; 2 of 3 events are invalid");
}

TEST_F(ServiceTest, ProcessesTheValidEventsWhereTheClientPrefersThat) {
  Request asked = request(Method::post, "/");
  asked.prefer = Handling::lenient;
  std::string text = answer(asked, kHalf);
  EXPECT_TRUE(text.starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_TRUE(has(text, "\r\nPreference-Applied: handling=lenient\r\n"));
  EXPECT_TRUE(has(text, R"("errors":[{"pointer":"/events/1/event_type")"));
  text = answer(asked, kEvents);
  EXPECT_TRUE(text.ends_with(R"("errors":[]})"));
}

TEST_F(ServiceTest, LetsTheRequestsWordWinOverTheSetting) {
  invalid_events = InvalidEvents::skip;
  Request asked = request(Method::post, "/");
  for (const Handling silent : {Handling::not_set, Handling::unknown}) {
    asked.prefer = silent;
    const std::string text = answer(asked, kHalf);
    EXPECT_TRUE(text.starts_with("HTTP/1.1 200 OK\r\n"));
    EXPECT_FALSE(has(text, "Preference-Applied"));
  }
  asked.prefer = Handling::strict;
  const std::string text = answer(asked, kHalf);
  EXPECT_TRUE(text.starts_with("HTTP/1.1 422 "));
  EXPECT_TRUE(has(text, "\r\nPreference-Applied: handling=strict\r\n"));
}

TEST_F(ServiceTest, AnswersTheRoutesOfOperation) {
  EXPECT_EQ(answer(request(Method::get, "/healthz")),
            "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Type: "
            "application/json\r\nContent-Length: 15\r\n"
            "X-Request-Id: id-1\r\nCache-Control: no-store\r\n\r\n{\"status\":\"ok\"}");
  EXPECT_EQ(content_of(answer(request(Method::get, "/readyz"))), R"({"status":"ready"})");
  EXPECT_EQ(content_of(answer(request(Method::get, "/version"))), kVersionJson);
  const std::string metrics = answer(request(Method::get, "/metrics"));
  EXPECT_TRUE(has(metrics, "\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"));
  EXPECT_EQ(content_of(metrics), "planish_build_info 1\n");
  const std::string problem = answer(request(Method::get, "/problems/not-json"));
  EXPECT_TRUE(has(problem, "\r\nContent-Type: text/plain; charset=utf-8\r\n"));
  EXPECT_EQ(content_of(problem), page_of(ProblemKind::not_json));
}

TEST_F(ServiceTest, IsNotReadyBeforeAndAfter) {
  for (const telemetry::Phase phase : {telemetry::Phase::starting, telemetry::Phase::draining}) {
    health.set(phase);
    const std::string text = answer(request(Method::get, "/readyz"));
    EXPECT_TRUE(text.starts_with("HTTP/1.1 503 Service Unavailable\r\n"));
    EXPECT_TRUE(has(text, "\r\nRetry-After: 1\r\n"));
    EXPECT_TRUE(has(text, R"("type":"/problems/service-unavailable")"));
    EXPECT_TRUE(answer(request(Method::get, "/healthz")).starts_with("HTTP/1.1 200 "));
    EXPECT_TRUE(answer(request(Method::post, "/"), kEvents).starts_with("HTTP/1.1 200 "));
  }
}

TEST_F(ServiceTest, AnswersHeadWithTheHeadOfGet) {
  for (const std::string_view path :
       {"/healthz", "/readyz", "/metrics", "/version", "/openapi.json", "/problems/not-found", "/nope"}) {
    EXPECT_EQ(answer(request(Method::head, path)), head_of(answer(request(Method::get, path)))) << path;
  }
}

TEST_F(ServiceTest, AnswersOptions) {
  EXPECT_EQ(answer(request(Method::options, "/")),
            "HTTP/1.1 204 No Content\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
            "X-Request-Id: id-1\r\nAllow: POST, OPTIONS\r\n\r\n");
  EXPECT_TRUE(has(answer(request(Method::options, "*")), "\r\nAllow: GET, HEAD, POST, OPTIONS\r\n"));
  EXPECT_TRUE(has(answer(request(Method::options, "/healthz")), "\r\nAllow: GET, HEAD, OPTIONS\r\n"));
}

TEST_F(ServiceTest, AnswersAPreflightOnlyToAnOriginThatIsSet) {
  options.cors_origins = {"https://shop.example"};
  Request asked = request(Method::options, "/");
  asked.origin = "https://shop.example";
  EXPECT_FALSE(has(answer(asked), "Access-Control-Allow-Methods"));
  asked.names_preflight_method = true;
  EXPECT_TRUE(has(answer(asked), "\r\nAccess-Control-Allow-Methods: POST, OPTIONS\r\n"));
  EXPECT_TRUE(has(answer(asked), "\r\nAccess-Control-Allow-Credentials: true\r\n"));
  asked.origin = "https://evil.example";
  EXPECT_FALSE(has(answer(asked), "Access-Control"));
}

TEST_F(ServiceTest, APreflightHasRoomForAllTheFieldsThatAreSet) {
  options.cors_origins = {std::string(kOriginBytesMax, 'o')};
  options.cors_headers = {std::string(kCorsHeadersBytesMax - 2, 'h')};
  const std::string id(128, 'i');
  Request asked = request(Method::options, "/");
  asked.origin = options.cors_origins.front();
  asked.request_id = id;
  asked.names_preflight_method = true;
  EXPECT_LE(service().answer_bytes_max(asked, service().route(asked), 0), service().outbox_bytes_max());
  EXPECT_TRUE(has(answer(asked, {}, true), ", " + options.cors_headers.front() + "\r\n"));
  asked.names_preflight_method = false;
  EXPECT_FALSE(has(answer(asked, {}, true), "hhh"));
}

TEST_F(ServiceTest, NamesTheOriginOnErrorsToo) {
  options.cors_origins = {"https://shop.example"};
  Request asked = request(Method::post, "/");
  asked.origin = "https://shop.example";
  for (const std::string& text :
       {answer(asked, kEvents), answer(asked, "{"), answer(asked, "{}"), refuse(Fault::expectation, &asked, true)}) {
    EXPECT_TRUE(has(text, "\r\nAccess-Control-Allow-Origin: https://shop.example\r\n")) << text;
    EXPECT_TRUE(has(text, "\r\nAccess-Control-Expose-Headers: X-Request-Id, Server-Timing, Planish-Events\r\n"))
        << text;
  }
  EXPECT_TRUE(has(refuse(Fault::bad_field, nullptr, true), "\r\nVary: Origin\r\n"));
}

TEST_F(ServiceTest, SaysHowTheConnectionGoesOn) {
  Request asked = request(Method::get, "/healthz");
  EXPECT_FALSE(has(answer(asked), "Connection:"));
  EXPECT_TRUE(has(answer(asked, {}, true), "\r\nConnection: close\r\n"));
  asked.http_1_0 = true;
  EXPECT_TRUE(has(answer(asked), "\r\nConnection: keep-alive\r\n"));
  EXPECT_TRUE(has(answer(asked, {}, true), "\r\nConnection: close\r\n"));
  EXPECT_TRUE(answer(asked).starts_with("HTTP/1.1 200 "));
}

TEST_F(ServiceTest, RefusesEveryFaultWithItsRow) {
  const Request asked = request(Method::post, "/");
  for (unsigned i = 0; i <= static_cast<unsigned>(Fault::internal); ++i) {
    const auto fault = static_cast<Fault>(i);
    const ProblemRow& row = row_of(row_of(fault).problem);
    for (const Request* const known : {&asked, static_cast<const Request*>(nullptr)}) {
      const std::string text = refuse(fault, known, true);
      EXPECT_TRUE(text.starts_with("HTTP/1.1 " + std::to_string(row.status) + " ")) << i;
      EXPECT_TRUE(has(text, "\"type\":\"/problems/" + std::string(row.slug) + "\"")) << i;
      EXPECT_TRUE(has(text, "\r\nDate: ")) << i;
      EXPECT_EQ(has(text, "\r\nRetry-After: 1\r\n"), row.status == 503 || row.status == 429) << i;
      EXPECT_EQ(has(text, "\r\nAccept-Encoding: gzip, zstd, deflate\r\n"), fault == Fault::content_coding) << i;
      EXPECT_EQ(has(text, "\r\nAccept: application/json"),
                fault == Fault::media_type || fault == Fault::lines || fault == Fault::data_type)
          << i;
      EXPECT_EQ(has(text, "\r\nAllow: POST, OPTIONS\r\n"), fault == Fault::method && known != nullptr) << i;
      EXPECT_LE(text.size(), Service::kRefusalBytesMax);
    }
  }
}

TEST_F(ServiceTest, TakesOverARequestIdOrMakesOne) {
  Request asked = request(Method::get, "/nope");
  std::string text = answer(asked);
  EXPECT_TRUE(has(text, "\r\nX-Request-Id: id-1\r\n") && has(text, R"("request_id":"id-1")"));
  asked.request_id = {};
  text = answer(asked);
  EXPECT_TRUE(has(text, "\r\nX-Request-Id: 0123456789abcdef0000000000000001\r\n")) << text;
  EXPECT_TRUE(has(text, R"("request_id":"0123456789abcdef0000000000000001")"));
  EXPECT_TRUE(has(refuse(Fault::bad_field, nullptr, true), "X-Request-Id: 0123456789abcdef0000000000000002\r\n"));
  for (int i = 3; i < 0x1a; ++i) static_cast<void>(answer(asked));
  EXPECT_TRUE(has(answer(asked), "X-Request-Id: 0123456789abcdef000000000000001a\r\n"));
}

TEST_F(ServiceTest, PutsTheConfiguredPathIntoTheOpenapiDocument) {
  EXPECT_TRUE(has(answer(request(Method::get, "/openapi.json")), R"("paths":{"/": )"));
  paths = {"/v1/events"};
  made.reset();
  const std::string text = answer(request(Method::get, "/openapi.json"));
  EXPECT_TRUE(has(text, R"("paths":{"/v1/events": )"));
  EXPECT_TRUE(has(text, "\r\nContent-Length: " + std::to_string(content_of(text).size()) + "\r\n"));
}

TEST_F(ServiceTest, NeedsNoMoreRoomThanItSays) {
  std::string body = R"({"user_id":1,"events":[)";
  for (int i = 0; i < 150; ++i) body += "1,";
  body += "1]}";
  for (const Handling handling : {Handling::strict, Handling::lenient}) {
    Request asked = request(Method::post, "/");
    asked.prefer = handling;
    outbox = Outbox(service().answer_bytes_max(asked, service().route(asked), body.size()));
    EXPECT_LE(outbox.capacity(), service().outbox_bytes_max());
    EXPECT_FALSE(answer(asked, body).empty());
  }
  for (const RouteRow& row : route_rows()) {
    const std::string path = row.route == Route::problems ? "/problems/unsupported-media-type" : std::string(row.name);
    const Request asked = request(row.route == Route::asterisk ? Method::options : Method::get, path);
    outbox = Outbox(service().answer_bytes_max(asked, service().route(asked), 0));
    EXPECT_LE(outbox.capacity(), service().outbox_bytes_max());
    EXPECT_FALSE(answer(asked).empty());
  }
}

TEST_F(ServiceTest, LooksBesideTheBodyForAShapeThatBeginsWithPlanishs) {
  Options own{.shape = *ready_made_shape("planish"), .answer = Answer::ndjson};
  own.shape.name = "own";
  own.shape.form_data = true;
  std::string problem;
  own.shape.user = {*parse_source("header:x-user", Part::user, problem), *parse_source("null", Part::user, problem)};
  own.answer_members = {*parse_answer_member("event_type", problem), *parse_answer_member("user_id", problem)};
  std::vector<Endpoint> all{{.paths = {"/own"}, .transform = Transform(own)}};
  service().set_endpoints(std::make_shared<const Endpoints>(std::move(all)));
  Request asked = request(Method::post, "/own");
  asked.fields = "X-User: me\r\n";
  constexpr std::string_view kEvent = R"({"event_type":"a","timestamp":1,"payload":{}})";
  const std::string told = "{\"event_type\":\"a\",\"user_id\":\"me\"}\n";
  const std::string body = R"({"events":[)" + std::string(kEvent) + "]}";
  EXPECT_EQ(content_of(answer(asked, body)), told);
  EXPECT_EQ(content_of(answer(asked, "data=" + body)), told);
  asked.media_type = media_type_of("application/x-ndjson");
  EXPECT_EQ(content_of(answer(asked, std::string(kEvent) + "\n" + std::string(kEvent) + "\n")), told + told);
}

// Refused before there is a route, but its path was read: an SDK sends such a batch again and again if it is told less.
TEST_F(ServiceTest, TellsOfALengthOverTheLimitAsTheEndpointsSdkReadsIt) {
  const auto endpoint = [](std::string path, std::string_view shape) {
    return Endpoint{.paths = {std::move(path)}, .transform = Transform({.shape = *ready_made_shape(shape)})};
  };
  std::vector<Endpoint> all{endpoint("/a", "amplitude"), endpoint("/s/*", "segment"), endpoint("/", "planish")};
  service().set_endpoints(std::make_shared<const Endpoints>(std::move(all)));
  const auto told = [&](std::string_view path) {
    const Request asked = request(Method::post, path);
    return refuse(Fault::length_long, &asked, true);
  };
  EXPECT_TRUE(has(told("/a"), R"(,"code":413,"error":")"));
  EXPECT_TRUE(has(told("/s/batch"), R"(,"code":"content-too-large","message":")"));
  for (const std::string_view path : {"/", "/nowhere", "/metrics", ""}) EXPECT_FALSE(has(told(path), R"("code")"));
  EXPECT_EQ(counted(Route::none, 413), 6U);
}

// Whoever is turned away unread has no endpoint yet; it can only have meant one of these.
TEST_F(ServiceTest, TellsOfTooManyConnectionsAsAllOfItsEndpointsSdksReadIt) {
  const auto endpoint = [](std::string path, std::string_view shape) {
    return Endpoint{.paths = {std::move(path)}, .transform = Transform({.shape = *ready_made_shape(shape)})};
  };
  const auto told = [&](std::vector<Endpoint> all, Fault fault) {
    service().set_endpoints(std::make_shared<const Endpoints>(std::move(all)));
    return refuse(fault, nullptr, true);
  };
  EXPECT_TRUE(has(told({endpoint("/a", "amplitude")}, Fault::connections), R"(,"code":503,)"));
  const std::string segment = told({endpoint("/a", "segment"), endpoint("/b", "segment")}, Fault::connections);
  EXPECT_TRUE(has(segment, R"(,"code":"service-unavailable","message":")")) << segment;
  EXPECT_FALSE(has(told({endpoint("/a", "segment"), endpoint("/b", "amplitude")}, Fault::connections), R"("code")"));
  EXPECT_FALSE(has(told({endpoint("/a", "planish")}, Fault::connections), R"("code")"));
  EXPECT_FALSE(has(told({endpoint("/a", "segment")}, Fault::bad_request_line), R"("code")"));
}

}  // namespace
}  // namespace planish::http
