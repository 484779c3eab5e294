# Puts Swagger UI's stylesheet and script, compressed, into OUT. When npm is missing or cannot reach its registry the files
# are empty and older than everything, so that the next build tries again.
set(files swagger-ui.css swagger-ui-bundle.js)
set(problem "npm is not installed")
file(REMOVE_RECURSE ${OUT})
file(MAKE_DIRECTORY ${OUT})
if(NPM)
  file(COPY ${WEB}/package.json ${WEB}/package-lock.json DESTINATION ${OUT})
  execute_process(COMMAND ${NPM} ci --ignore-scripts --no-audit --no-fund --loglevel=error
    WORKING_DIRECTORY ${OUT} RESULT_VARIABLE result OUTPUT_QUIET ERROR_VARIABLE problem)
  if(result EQUAL 0)
    foreach(file ${files})
      file(ARCHIVE_CREATE OUTPUT ${OUT}/${file}.gz PATHS ${OUT}/node_modules/swagger-ui-dist/${file}
        FORMAT raw COMPRESSION GZip COMPRESSION_LEVEL 9)
    endforeach()
    file(REMOVE_RECURSE ${OUT}/node_modules)
    return()
  endif()
endif()
message(WARNING "Swagger UI is left out, /docs will say so: ${problem}")
foreach(file ${files})
  file(TOUCH ${OUT}/${file}.gz)
  execute_process(COMMAND touch -t 200001010000 ${OUT}/${file}.gz)
endforeach()
