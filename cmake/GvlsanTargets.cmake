# Layout shared by the build tree and the installed prefix, so that every tool
# finds its neighbours the same way in both:
#   bin/gvlsan                 the driver
#   lib/gvlsan/gvlsan-<verb>   one executable per verb, run by the driver
#   lib/gvlsan/libgvlsan-*.so  modules and the runtime
#   share/gvlsan/              data: examples, API model, suppressions
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
# lib/gvlsan holds only private libraries; Debian's multiarch folder is not used
# so that a prefix can be moved as a whole.
set(CMAKE_INSTALL_LIBDIR lib)

set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(GVLSAN_LIBDIR ${CMAKE_BINARY_DIR}/lib/gvlsan)
set(GVLSAN_SHAREDIR ${CMAKE_BINARY_DIR}/share/gvlsan)
file(MAKE_DIRECTORY ${GVLSAN_SHAREDIR})

add_compile_options(-Wall -Wextra -Wno-unused-parameter)

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Precompiled headers need the sloppiness, or every use of one is a miss.
  set(GVLSAN_CCACHE ${CMAKE_COMMAND} -E env
      "CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime"
      CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} ${CCACHE_PROGRAM})
  set(CMAKE_C_COMPILER_LAUNCHER ${GVLSAN_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${GVLSAN_CCACHE})
  add_compile_options("$<$<COMPILE_LANG_AND_ID:CXX,Clang>:SHELL:-Xclang -fno-pch-timestamp>")
endif()

# LLVM's and Clang's headers and flags, for the parts that are built on them.
function(gvlsan_use_llvm target)
  target_include_directories(${target} SYSTEM PRIVATE ${LLVM_INCLUDE_DIRS} ${CLANG_INCLUDE_DIRS})
  target_compile_definitions(${target} PRIVATE ${LLVM_DEFINITIONS})
  target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-fno-rtti -fno-exceptions>)
endfunction()

# Links clang's front end into an executable. Statically, when Debian's archives are
# there: the shared libraries cost each start 15 ms, and each call a detour.
option(GVLSAN_STATIC_CLANG "Link the checker's tools with the archives of LLVM and Clang" ON)
function(gvlsan_link_clang target)
  find_program(GVLSAN_LLD NAMES lld-${GVLSAN_LLVM} ld.lld)
  if(NOT GVLSAN_STATIC_CLANG OR NOT GVLSAN_LLD OR NOT TARGET clangTooling OR CMAKE_CXX_FLAGS MATCHES "-fsanitize")
    target_link_libraries(${target} PRIVATE clang-cpp LLVM)
    return()
  endif()
  # As Debian exports them, Clang's archives ask for the shared LLVM, of which there
  # must not be a second one.
  set(found "")
  set(open clangTooling)
  while(open)
    list(POP_FRONT open library)
    if(library MATCHES "^clang" AND NOT library IN_LIST found)
      list(APPEND found ${library})
      get_target_property(needs ${library} INTERFACE_LINK_LIBRARIES)
      list(APPEND open ${needs})
    endif()
  endwhile()
  list(TRANSFORM found REPLACE "(.+)" "$<TARGET_FILE:\\1>")
  llvm_map_components_to_libnames(llvm BitReader FrontendHLSL FrontendOpenMP Option ProfileData Support TargetParser
                                  WindowsDriver)
  target_link_libraries(${target} PRIVATE -Wl,--start-group ${found} -Wl,--end-group ${llvm})
  target_link_options(${target} PRIVATE -fuse-ld=lld -Wl,--gc-sections -Wl,--as-needed)
endfunction()

# An executable that the driver runs as `gvlsan <verb>`; the target is gvlsan-<verb>.
function(gvlsan_add_verb verb)
  add_executable(gvlsan-${verb} ${ARGN})
  set_target_properties(gvlsan-${verb} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${GVLSAN_LIBDIR})
  install(TARGETS gvlsan-${verb} RUNTIME DESTINATION ${CMAKE_INSTALL_LIBDIR}/gvlsan)
endfunction()

# A shared library or module below lib/gvlsan.
function(gvlsan_private_library target)
  set_target_properties(${target} PROPERTIES
    LIBRARY_OUTPUT_DIRECTORY ${GVLSAN_LIBDIR} RUNTIME_OUTPUT_DIRECTORY ${GVLSAN_LIBDIR})
  install(TARGETS ${target}
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/gvlsan
    RUNTIME DESTINATION ${CMAKE_INSTALL_LIBDIR}/gvlsan)
endfunction()

# Files or folders of the source tree that appear as share/gvlsan/<name>.
function(gvlsan_share path name)
  get_filename_component(source ${path} ABSOLUTE)
  get_filename_component(parent ${GVLSAN_SHAREDIR}/${name} DIRECTORY)
  file(MAKE_DIRECTORY ${parent})
  file(CREATE_LINK ${source} ${GVLSAN_SHAREDIR}/${name} SYMBOLIC)
  if(IS_DIRECTORY ${source})
    install(DIRECTORY ${source}/ DESTINATION ${CMAKE_INSTALL_DATADIR}/gvlsan/${name})
  else()
    get_filename_component(folder ${CMAKE_INSTALL_DATADIR}/gvlsan/${name} DIRECTORY)
    get_filename_component(file ${name} NAME)
    install(FILES ${source} DESTINATION ${folder} RENAME ${file})
  endif()
endfunction()

# A GoogleTest program, found and run by lit.
function(gvlsan_unittest name)
  if(NOT GVLSAN_BUILD_TESTS)
    return()
  endif()
  find_package(GTest REQUIRED)
  add_executable(${name} ${ARGN})
  target_link_libraries(${name} PRIVATE GTest::gtest GTest::gtest_main)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/test/unit)
endfunction()
