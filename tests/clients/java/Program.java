import com.fasterxml.jackson.databind.ObjectMapper;
import huibao.client.ApiClient;
import huibao.client.ApiException;
import huibao.client.api.FilesApi;
import huibao.client.api.SummariesApi;
import huibao.client.model.Figure;
import huibao.client.model.FileSummaryResponse;
import huibao.client.model.KeyPoint;
import huibao.client.model.Problem;
import huibao.client.model.ProblemCode;
import huibao.client.model.RepairCode;
import huibao.client.model.Script;
import huibao.client.model.SectionSummary;
import huibao.client.model.SummaryBatchItem;
import huibao.client.model.SummaryBatchRequest;
import huibao.client.model.SummaryBatchResult;
import huibao.client.model.SummaryRequest;
import huibao.client.model.SummaryResponse;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Uses the generated Java client as a caller would; prints what it read as JSON.
 *
 * <p>Arguments: what to do, the address of the service, an API key, a report as text and as a file.
 */
final class Program {
  private final ApiClient client;
  private final ApiClient anonymous;
  private final ObjectMapper mapper;
  private final String text;
  private final File file;

  private Program(String url, String key, Path text, File file) throws IOException {
    client = new ApiClient();
    client.updateBaseUri(url);
    client.setRequestInterceptor(request -> request.header("Authorization", "Bearer " + key));
    anonymous = new ApiClient();
    anonymous.updateBaseUri(url);
    mapper = client.getObjectMapper();
    this.text = Files.readString(text);
    this.file = file;
  }

  public static void main(String[] arguments) throws IOException, ApiException {
    Program program =
        new Program(arguments[1], arguments[2], Path.of(arguments[3]), new File(arguments[4]));
    Map<String, Object> told =
        switch (arguments[0]) {
          case "answers" -> program.answers();
          case "refused" -> Map.of("refused", program.refused());
          case "refused_file" -> Map.of("refused", program.refusedFile());
          default -> throw new IllegalArgumentException(arguments[0]);
        };
    System.out.write(program.mapper.writeValueAsBytes(told));
    System.out.flush();
  }

  private Map<String, Object> answers() throws ApiException {
    SummariesApi summaries = new SummariesApi(client);
    SummaryResponse summary =
        summaries.createSummary(new SummaryRequest().text(text).maxPoints(3), null);
    ApiException invalid =
        failure(() -> summaries.createSummary(new SummaryRequest().text(text).maxPoints(0), null));
    ApiException unauthenticated =
        failure(
            () -> new SummariesApi(anonymous).createSummary(new SummaryRequest().text(text), null));
    SummaryBatchRequest batch =
        new SummaryBatchRequest()
            .addItemsItem(new SummaryBatchItem().id("甲").text(text))
            .addItemsItem(new SummaryBatchItem().id("乙").text(" "));
    List<Map<String, Object>> results =
        summaries.createSummaryBatch(batch, null).getResults().stream().map(this::told).toList();
    FileSummaryResponse ofFile = send(List.of(RepairCode.TRADITIONAL, RepairCode.WIDTH));
    Map<String, Object> fileTold = told(ofFile.getSections().getAchievements());
    fileTold.put("text", ofFile.getExtractedText());
    fileTold.put(
        "roles",
        ofFile.getSentences().stream().map(sentence -> sentence.getRole().getValue()).toList());
    return Map.of(
        "summary", told(summary.getSections().getAchievements()),
        "invalid", told(invalid.getProblem().orElseThrow()),
        "unauthenticated", told(unauthenticated.getProblem().orElseThrow()),
        "batch", results,
        "file", fileTold);
  }

  private FileSummaryResponse send(List<RepairCode> without) throws ApiException {
    return new FilesApi(client)
        .createSummaryFromFile(
            file, null, "年度工作总结", null, null, true, Script.SIMPLIFIED, without);
  }

  private Map<String, Object> refused() {
    return toldWithWait(
        failure(
            () -> new SummariesApi(client).createSummary(new SummaryRequest().text(text), null)));
  }

  private Map<String, Object> refusedFile() {
    return toldWithWait(failure(() -> send(null)));
  }

  private Map<String, Object> toldWithWait(ApiException refusal) {
    Map<String, Object> told = told(refusal.getProblem().orElseThrow());
    long seconds = refusal.getResponseHeaders().firstValueAsLong("Retry-After").orElseThrow();
    told.put("retry_after", seconds);
    return told;
  }

  private Map<String, Object> told(SectionSummary section) {
    KeyPoint point = section.getPoints().get(0);
    Figure figure = point.getFigures().get(0);
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("quote", point.getQuote());
    told.put("start", point.getSpan().getStart());
    told.put("confidence", point.getConfidence());
    told.put("heading", point.getHeadings().get(0));
    told.put("value", figure.getValue());
    told.put("unit", figure.getUnit());
    told.put("kind", figure.getKind().getValue());
    return told;
  }

  private Map<String, Object> told(Problem problem) {
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("status", problem.getStatus());
    told.put("code", problem.getCode().getValue());
    told.put("known", problem.getCode() != ProblemCode.UNKNOWN_DEFAULT_OPEN_API);
    told.put("detail", problem.getDetail());
    problem.getErrors().stream()
        .findFirst()
        .ifPresent(
            error -> {
              told.put("pointer", error.getPointer());
              told.put("message", error.getMessage());
            });
    return told;
  }

  private Map<String, Object> told(SummaryBatchResult result) {
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("id", result.getId());
    told.put("status", result.getStatus());
    told.putAll(
        result.getResult() != null
            ? told(result.getResult().getSections().getAchievements())
            : told(result.getProblem()));
    return told;
  }

  private interface Call {
    Object run() throws ApiException;
  }

  private static ApiException failure(Call call) {
    try {
      call.run();
    } catch (ApiException refusal) {
      return refusal;
    }
    throw new IllegalStateException("was not refused");
  }
}
