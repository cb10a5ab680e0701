package dev.tuneworthy.api;

import dev.tuneworthy.checkpoint.ModelCatalogue;
import dev.tuneworthy.checkpoint.ModelEntry;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.Nearest;
import dev.tuneworthy.error.ServiceException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

/**
 * The models that a request may name: those of the catalogue, the first of which is the default. A
 * path, which the command line takes, is not among them.
 */
@ApplicationScoped
class Models {
  private final ModelCatalogue catalogue = ModelCatalogue.shipped();

  List<ModelEntry> entries() {
    return catalogue.models();
  }

  /** The id of the model asked for, or of the default. */
  String known(Optional<String> asked) {
    String name = asked.orElse(catalogue.models().get(0).id());
    return catalogue
        .find(name)
        .map(ModelEntry::id)
        .orElseThrow(
            () ->
                ServiceException.of(
                    ErrorCode.MODEL_NOT_FOUND,
                    "model",
                    "the name of one in the catalogue",
                    "'" + name + "'",
                    Nearest.remedy(
                        name, catalogue.models().stream().map(ModelEntry::id).toList())));
  }
}
