# The few kinds of target there are. Each takes its sources and the targets it stands on.

# souk_library(NAME SOURCES ... DEPENDS ...): a shared folder of pkg/, included as "NAME/header.hpp".
function(souk_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  add_library(souk_${name} STATIC ${ARG_SOURCES})
  target_include_directories(souk_${name} PUBLIC ${CMAKE_SOURCE_DIR}/pkg)
  target_link_libraries(souk_${name} PUBLIC ${ARG_DEPENDS})
  target_compile_options(souk_${name} PRIVATE ${SOUK_WARNINGS})
endfunction()

# souk_replaceable(file...): tests/simulation brings its own of these, which the linker takes instead of a
# library's. So each stays an object of its own, whatever SOUK_UNITY says.
function(souk_replaceable)
  set_source_files_properties(${ARGN} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()

# souk_use_pch(TARGET): shares the one precompiled header (asio, grpc, protobuf, the common std headers).
function(souk_use_pch target)
  target_link_libraries(${target} PUBLIC souk_pch)
  target_precompile_headers(${target} REUSE_FROM souk_pch)
endfunction()

# souk_module(NAME SOURCES ... DEPENDS ... MIGRATIONS file...): one service, as a library that any
# process can host. Its internal/ headers are visible to itself and its tests only.
function(souk_module name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  string(REPLACE "-" "_" target ${name})
  add_library(souk_${target} STATIC ${ARG_SOURCES})
  target_include_directories(souk_${target} PUBLIC ${CMAKE_SOURCE_DIR} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(souk_${target} PUBLIC souk_runtime souk_proto ${ARG_DEPENDS})
  target_compile_options(souk_${target} PRIVATE ${SOUK_WARNINGS})
  souk_use_pch(souk_${target})
  set(repositories ${ARG_SOURCES})
  list(FILTER repositories INCLUDE REGEX "internal/repository/")
  souk_replaceable(${repositories})
  file(GLOB migrations CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/migrations/*.sql)
  if(migrations)
    souk_embed(souk_${target} souk_${target}_migrations ${migrations})
  endif()
endfunction()

# souk_simulated(NAME SOURCES ...): a service as tests/simulation runs it, with tables in memory. Objects, not
# an archive: its repositories have to come before those of the service.
function(souk_simulated name)
  cmake_parse_arguments(ARG "" "" "SOURCES" ${ARGN})
  add_library(simulated_${name} OBJECT ${ARG_SOURCES})
  target_include_directories(simulated_${name} PRIVATE ${CMAKE_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(simulated_${name} PUBLIC souk_${name}_service)
  target_compile_options(simulated_${name} PRIVATE ${SOUK_WARNINGS})
  souk_use_pch(simulated_${name})
endfunction()

# souk_embed(TARGET SYMBOL file...): compiles files into TARGET as `std::span<const souk::EmbeddedFile> SYMBOL()`.
function(souk_embed target symbol)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/${symbol}.cpp)
  add_custom_command(OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -DOUT=${out} -DSYMBOL=${symbol} "-DFILES=${ARGN}" -P ${CMAKE_SOURCE_DIR}/cmake/Embed.cmake
    DEPENDS ${ARGN} ${CMAKE_SOURCE_DIR}/cmake/Embed.cmake VERBATIM)
  target_sources(${target} PRIVATE ${out})
  set_source_files_properties(${out} PROPERTIES SKIP_PRECOMPILE_HEADERS ON COMPILE_OPTIONS -Wno-overlength-strings)
endfunction()

# souk_test(NAME LABELS l... SOURCES ... DEPENDS ...): a GoogleTest program, one ctest entry.
function(souk_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;DEPENDS;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${ARG_DEPENDS} souk_test_pch GTest::gmock GTest::gtest_main)
  target_compile_options(${name} PRIVATE ${SOUK_WARNINGS} ${SOUK_TEST_OPTIMIZATION})
  target_precompile_headers(${name} REUSE_FROM souk_test_pch)
  set_target_properties(${name} PROPERTIES UNITY_BUILD OFF)  # tests are free in their names
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)  # a hang is a failure; the slowest suite takes well under a minute
  endif()
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT})
endfunction()
