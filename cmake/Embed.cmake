# bookreco_embed(TARGET NAME FILE): puts FILE's bytes into TARGET; `bookreco_embed.h`-free, the symbols are
#   extern "C" const unsigned char bookreco_NAME_begin[], bookreco_NAME_end[].
function(bookreco_embed TARGET NAME FILE)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/embed_${NAME}.S)
  file(WRITE ${out}.new
"    .section .rodata
    .global bookreco_${NAME}_begin
    .global bookreco_${NAME}_end
    .balign 16
bookreco_${NAME}_begin:
    .incbin \"${FILE}\"
bookreco_${NAME}_end:
    .byte 0
    .section .note.GNU-stack,\"\",@progbits
")
  file(COPY_FILE ${out}.new ${out} ONLY_IF_DIFFERENT)
  set_source_files_properties(${out} PROPERTIES OBJECT_DEPENDS ${FILE} LANGUAGE ASM SKIP_PRECOMPILE_HEADERS ON)
  target_sources(${TARGET} PRIVATE ${out})
endfunction()
