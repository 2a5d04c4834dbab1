# Installs the library into a folder of its own, builds the consumer against that, and runs it:
#   cmake -DBUILD=… -DSOURCE=… -DWORK=… -DCOMPILER=… -DBUILD_TYPE=… -P consumer.cmake
function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${ARGN}: ${result}\n${output}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE ${WORK})
run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${WORK}/installed --component planish_core)
run(${CMAKE_COMMAND} -S ${SOURCE} -B ${WORK}/build -G Ninja -DCMAKE_PREFIX_PATH=${WORK}/installed -DCMAKE_CXX_COMPILER=${COMPILER}
    -DCMAKE_BUILD_TYPE=${BUILD_TYPE})
run(${CMAKE_COMMAND} --build ${WORK}/build)
run(${WORK}/build/consumer)
if(NOT output MATCHES "^{\"user_id\":1,\"processed_events\":\\[{\"event_type\":\"click\",\"normalized_timestamp\":2,\"hash\":\"[0-9a-f]+\"}\\]")
  message(FATAL_ERROR "the consumer says: ${output}")
endif()
