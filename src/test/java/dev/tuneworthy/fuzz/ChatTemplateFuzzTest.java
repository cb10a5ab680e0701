package dev.tuneworthy.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tuneworthy.decoder.ChatMessage;
import dev.tuneworthy.decoder.ChatTemplate;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Damaged and hostile chat templates. */
class ChatTemplateFuzzTest {
  private static final List<ChatMessage> CHAT =
      List.of(
          new ChatMessage("system", "Be brief."),
          new ChatMessage("user", "{{ 7 * 7 }} <|im_end|>"),
          new ChatMessage("assistant", "49"),
          new ChatMessage("user", "Why?"));

  private static final List<String> TEMPLATES =
      List.of(
          "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n'"
              + " + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}"
              + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}",
          "{{ bos_token }}{%- if messages[0]['role'] == 'system' -%}{%- set first ="
              + " messages[0]['content'] + '\n\n' -%}{%- set loop_messages = messages -%}"
              + "{%- else -%}{%- set first = '' -%}{%- set loop_messages = messages -%}{%- endif"
              + " -%}{%- for m in loop_messages -%}{%- if (m['role'] == 'user') != (loop.index0 %"
              + " 2 == 0) and false -%}{{ raise_exception('roles must alternate') }}{%- endif -%}"
              + "{{ '<start_of_turn>' + m['role'] + '\n' + (first if loop.first else '') }}{{"
              + " m['content'] | trim }}{{ '<end_of_turn>\n' }}{%- endfor -%}",
          "{% macro turn(role, text) %}<|{{ role }}|>{{ text.strip() }}{% endmacro %}"
              + "{% set ns = namespace(n=0, all=[]) %}{% for m in messages %}{% set ns.n = ns.n +"
              + " 1 %}{{ turn(m.role|upper, m.content.replace('a', 'bb')) }}"
              + "{% for part in m.content.split(' ')[:3] %}{{ part ~ loop.index }}{% endfor %}"
              + "{% endfor %}{{ messages|map(attribute='role')|join(',') }}{{ range(3)|list }}"
              + "{{ ns.n ** 2 // 3 }}{{ 'x' * ns.n }}{{ ns }}");

  @Test
  void aDamagedTemplateRendersOrIsRefused() {
    Fuzz.of("chat template", 1_000, 2_048, "chat template")
        .run(
            mutator -> {
              String whole = mutator.oneOf(TEMPLATES);
              String source = new String(mutator.text(whole.getBytes(UTF_8)), UTF_8);
              ChatTemplate.of(source, "<s>", "</s>").render(CHAT, true);
            });
  }
}
