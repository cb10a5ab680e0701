package dev.tuneworthy.suite;

import com.fasterxml.jackson.databind.JsonNode;

/** Evaluates the Jinja templates of lm-evaluation-harness tasks; the engine lives elsewhere. */
@FunctionalInterface
public interface DocumentTemplates {
  /**
   * What a template makes of a document.
   *
   * @param template Jinja, not trusted
   * @param document its fields are the template's variables
   * @return the value of the expression where the template is one expression and nothing else, as a
   *     list of choices is; else a text
   * @throws dev.tuneworthy.error.ServiceException {@code BAD_SUITE} if it cannot be evaluated
   */
  JsonNode evaluate(String template, JsonNode document);
}
