package dev.tuneworthy.decision;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DecisionSchemaTest {
  private static final ObjectMapper JSON = new ObjectMapper().registerModule(new Jdk8Module());
  private static final JsonSchema SCHEMA =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
          .getSchema(DecisionSchemaTest.class.getResourceAsStream("/schemas/decision.json"));

  static DecisionRecord[] records() {
    return new DecisionRecord[] {
      ExampleRecords.tune(),
      ExampleRecords.prompt(),
      ExampleRecords.neither(),
      ExampleRecords.inconclusive()
    };
  }

  @ParameterizedTest
  @MethodSource("records")
  void everyVerdictFitsTheSchema(DecisionRecord record) {
    assertThat(faults(JSON.valueToTree(record))).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("records")
  void isTheSameRecordAfterAWayThroughJson(DecisionRecord record) throws Exception {
    String text = JSON.writeValueAsString(record);
    assertThat(JSON.readValue(text, DecisionRecord.class)).isEqualTo(record);
  }

  @Test
  void refusesAVerdictThatIsNotOne() {
    assertThat(faults(tree().put("verdict", "MAYBE"))).isNotEmpty();
  }

  @Test
  void refusesMoneyThatIsANumber() {
    ObjectNode record = tree();
    ((ObjectNode) record.get("spent")).put("money", 0.1);
    assertThat(faults(record)).isNotEmpty();
  }

  @Test
  void refusesARecordWithoutProvenance() {
    ObjectNode record = tree();
    record.remove("provenance");
    assertThat(faults(record)).isNotEmpty();
  }

  private static ObjectNode tree() {
    return JSON.valueToTree(ExampleRecords.tune());
  }

  private static Set<ValidationMessage> faults(JsonNode record) {
    return SCHEMA.validate(record);
  }
}
