// Allocation: an answer costs none. A binary of its own, since it replaces operator new.
#include "unit/http/service_fixture.hpp"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {
std::atomic<std::size_t> allocations{0};
}  // namespace

void* operator new(std::size_t size) {
  ++allocations;
  if (void* const memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace planish::http {
namespace {

class AllocationTest : public ServiceTest {
 protected:
  // Of one request, after one that is not counted.
  std::size_t cost(const Request& asked, std::string_view body) {
    std::string buffer(body);
    buffer.resize(body.size() + kPadding);
    const PaddedView content(buffer, body.size());
    std::size_t before = 0;
    for (int round = 0; round < 2; ++round) {
      outbox.clear();
      seen.clear();
      seen.reserve(2);
      before = allocations;
      if (const auto fault = service().route_fault(asked)) {
        service().refuse(*fault, &asked, false, clock_now, outbox);
      } else {
        service().answer(asked, content, clock_now, false, outbox);
      }
    }
    return allocations - before;
  }
};

TEST_F(AllocationTest, TheTransformsAnswersCostNone) {
  Request asked = request(Method::post, "/");
  EXPECT_EQ(cost(asked, kEvents), 0U);
  EXPECT_EQ(cost(asked, kHalf), 0U);
  EXPECT_EQ(cost(asked, "{"), 0U);
  EXPECT_EQ(cost(asked, "{}"), 0U);
  asked.prefer = Handling::lenient;
  asked.request_id = {};
  EXPECT_EQ(cost(asked, kHalf), 0U);
}

TEST_F(AllocationTest, OtherAnswersCostNoneEither) {
  for (const std::string_view path :
       {"/healthz", "/readyz", "/version", "/openapi.json", "/problems/not-json", "/metrics", "/nope", "/"}) {
    EXPECT_EQ(cost(request(Method::get, path), {}), 0U) << path;
  }
}

TEST_F(AllocationTest, IsCounted) {
  const std::size_t before = allocations;
  const std::string text(1'000, 'a');
  EXPECT_EQ(allocations - before, 1U) << text.size();
}

}  // namespace
}  // namespace planish::http
