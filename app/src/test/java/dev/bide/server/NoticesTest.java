package dev.bide.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.bide.Leftovers;
import dev.bide.Ports;
import dev.bide.api.Fields;
import dev.bide.notice.InvalidNotice;
import dev.bide.notice.NoticeRule;
import dev.bide.notice.NoticeSettings;
import dev.bide.notice.NoticeSettings.MailServer;
import dev.bide.server.HttpReceiver.Posted;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Notices as they leave a real server: to a real web server, a real server for mail, a shell. */
class NoticesTest {
  private static final String SECRET = "a secret of sixteen or more";
  private static final List<String> THIS_MACHINE = List.of("127.0.0.0/8");

  private final List<AutoCloseable> open = new ArrayList<>();

  @SuppressWarnings("NullAway.Init")
  private HttpReceiver web;

  @BeforeEach
  void start() throws Exception {
    web = closing(new HttpReceiver());
  }

  @AfterEach
  void stop() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  private <T extends AutoCloseable> T closing(T made) {
    open.add(made);
    return made;
  }

  private RunningServer server(List<String> allowed, @Nullable MailServer mail, String... rules)
      throws Exception {
    List<NoticeRule> read = new ArrayList<>();
    for (String rule : rules) {
      read.add(rule(rule));
    }
    return closing(RunningServer.start(new NoticeSettings(read, allowed, SECRET, null, mail)));
  }

  private static NoticeRule rule(String text) {
    try {
      return NoticeRule.parse(text);
    } catch (InvalidNotice e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static Fields awaitState(RunningServer server, String query, String state) {
    await()
        .untilAsserted(
            () ->
                assertThat(server.notices(query))
                    .isNotEmpty()
                    .allMatch(one -> one.needed("state").equals(state)));
    try {
      return server.notices(query).get(0);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void eachShapeIsPostedOnce() throws Exception {
    RunningServer server = server(THIS_MACHINE, null);
    long job =
        server.addTelling(
            web.url("/bide"),
            "slack+" + web.url("/slack"),
            "failure=teams+" + web.url("/teams"),
            "discord+" + web.url("/discord"),
            "end,failure=ntfy+" + web.url("/topic"),
            "gotify+" + web.url("/message?token=1"));
    Fields end = server.end(job);
    awaitState(server, "", "SENT");

    assertThat(web.posted())
        .extracting(Posted::path)
        .containsExactlyInAnyOrder(
            "/bide", "/slack", "/teams", "/discord", "/", "/message?token=1");
    assertThat(end.texts("notify"))
        .as("shown without what may be secret")
        .contains("end=slack+" + web.url("/…"))
        .noneMatch(rule -> rule.contains("token"));
    assertThat(posted("/slack").json().needed("text"))
        .contains("*job " + job + " (told) failed with exit code 7*")
        .contains("a last word");
    assertThat(posted("/").json().needed("topic")).isEqualTo("topic");
  }

  private Posted posted(String path) {
    return web.posted().stream().filter(one -> one.path().equals(path)).findFirst().orElseThrow();
  }

  @Test
  void bidesOwnShapeHoldsAllThatIsKnownAndIsSigned() throws Exception {
    RunningServer server = server(THIS_MACHINE, null);
    server.end(server.addTelling("failure=" + web.url("/hook")));
    Posted posted = web.await(1).get(0);

    Fields json = posted.json();
    Fields facts = Fields.of(json.map().get("facts"));
    assertThat(json.needed("event")).isEqualTo("failure");
    assertThat(json.needed("url")).isEqualTo(server.uri("/jobs/1").toString());
    assertThat(facts.number("exitCode")).isEqualTo(7);
    assertThat(facts.needed("state")).isEqualTo("FAILED");
    assertThat(facts.needed("queue")).isEqualTo("default");
    assertThat(posted.headers()).containsEntry("webhook-id", json.needed("id"));
    String signed =
        json.needed("id") + "." + posted.headers().get("webhook-timestamp") + "." + posted.body();
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    String expected =
        Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
    assertThat(posted.headers()).containsEntry("webhook-signature", "v1," + expected);
    assertThat(awaitState(server, "?job=1", "SENT").needed("id")).isEqualTo(json.needed("id"));
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 307, 308})
  void noRedirectIsFollowed(int status) throws Exception {
    web.answer("/hook", status);
    RunningServer server = server(THIS_MACHINE, null);
    long job = server.addTelling(web.url("/hook"));
    assertThat(server.end(job).needed("state")).isEqualTo("FAILED");

    Fields notice = awaitState(server, "", "FAILED");
    assertThat(notice.text("error")).contains("(" + status + "), which is not followed");
    assertThat(web.posted()).extracting(Posted::path).containsExactly("/hook");
  }

  @Test
  void thisMachineIsNoPlaceForAWebhookUnlessItIsAllowed() throws Exception {
    RunningServer server = server(List.of(), null, web.url("/a"));
    server.end(server.add("true"));

    awaitState(server, "", "FAILED");
    assertThat(server.notices(""))
        .singleElement()
        .satisfies(
            notice ->
                assertThat(notice.text("error"))
                    .contains("is not of the open Internet", "notify-allow"));
    assertThat(web.posted()).isEmpty();
  }

  @Test
  void aRuleThatCanNeverBeKeptIsRefusedWhenItIsGiven() throws Exception {
    RunningServer server = server(List.of("10.0.0.7"), null);
    for (String target :
        List.of(
            "https://10.0.0.1/hook",
            "http://localhost:8080/",
            "slack+https://[fd00::1]/x",
            "https://169.254.169.254/latest",
            "me@example.org")) {
      for (HttpResponse<String> answer :
          List.of(
              server.post("jobs", Map.of("shell", "true", "notify", List.of(target))),
              server.post(
                  "schedules",
                  Map.of(
                      "name",
                      "x",
                      "everySeconds",
                      60,
                      "job",
                      Map.of("shell", "true", "notify", List.of("missed=" + target)))),
              server.send(
                  server.json(
                      "PATCH", "queues/default", Map.of("notify", List.of("empty=" + target)))))) {
        assertThat(answer.statusCode()).as(target).isEqualTo(422);
        assertThat(answer.body())
            .contains("notify[0]", "can be sent nothing: ")
            .containsPattern("notify-allow in bide.toml|smtp in bide.toml");
      }
    }
    assertThat(server.get("jobs").body()).isEqualTo("{\"jobs\":[],\"next\":null}");
    assertThat(
            server
                .post("jobs", Map.of("shell", "true", "notify", List.of("https://10.0.0.7/")))
                .statusCode())
        .isEqualTo(201);
  }

  @Test
  void aRuleThatCouldOnceBeKeptDoesNotStandInTheWayOfAnotherCommand() throws Exception {
    RunningServer first = RunningServer.start(settings(List.of("10.0.0.7")));
    Map<String, Object> job = Map.of("shell", "true", "notify", List.of("https://10.0.0.7/"));
    assertThat(
            first
                .post("schedules", Map.of("name", "old", "everySeconds", 60, "job", job))
                .statusCode())
        .isEqualTo(201);
    RunningServer server = closing(first.next(settings(List.of())));

    for (Map.Entry<String, Integer> one :
        Map.of("https://10.0.0.7/", 200, "https://10.0.0.8/", 422).entrySet()) {
      assertThat(
              server
                  .send(
                      server.json(
                          "PATCH",
                          "schedules/old",
                          Map.of("job", Map.of("shell", "false", "notify", List.of(one.getKey())))))
                  .statusCode())
          .as(one.getKey())
          .isEqualTo(one.getValue());
    }
  }

  private static NoticeSettings settings(List<String> allowed) {
    return new NoticeSettings(List.of(), allowed, null, null, null);
  }

  @Test
  void aNoticeThatNobodyTakesLeavesTheJobAsItIs() throws Exception {
    web.answer("/hook", 500);
    RunningServer server = server(THIS_MACHINE, null, "command:exit 3");
    HttpResponse<String> answer =
        server.post("jobs", Map.of("shell", "true", "notify", List.of(web.url("/hook"))));
    long job = RunningServer.fields(answer).number("number");

    assertThat(server.end(job).needed("state")).isEqualTo("COMPLETED");
    await()
        .untilAsserted(
            () ->
                assertThat(server.notices("?job=" + job))
                    .extracting(one -> one.text("error"))
                    .containsExactlyInAnyOrder(
                        web.url("").substring(7) + " answered with 500",
                        "the command ended with exit code 3"));
    assertThat(server.notices("")).allMatch(one -> one.needed("state").equals("WAITING"));
    assertThat(server.end(job).needed("state")).isEqualTo("COMPLETED");
  }

  @Test
  void aCommandKnowsTheJobAndReadsTheEndOfItsLog() throws Exception {
    RunningServer server = server(List.of(), null);
    Path out = server.directory().resolve("out");
    server.end(server.addTelling("failure=command:{ env; cat; } > " + out + "; echo done"));
    awaitState(server, "", "SENT");

    assertThat(Files.readAllLines(out))
        .contains(
            "BIDE_NOTICE_EVENT=failure",
            "BIDE_JOB_NUMBER=1",
            "BIDE_JOB_ATTEMPT=1",
            "BIDE_JOB_QUEUE=default",
            "BIDE_JOB_NAME=told",
            "BIDE_JOB_STATE=FAILED",
            "BIDE_JOB_EXIT_CODE=7",
            "BIDE_JOB_URL=" + server.uri("/jobs/1"),
            "BIDE_QUEUE_PENDING=0",
            "BIDE_QUEUE_RUNNING=0",
            "a last word")
        .anyMatch(line -> line.matches("BIDE_JOB_SECONDS=\\d+"))
        .anyMatch(line -> line.startsWith("BIDE_JOB_UUID="))
        .noneMatch(line -> line.startsWith("BIDE_JOB_ATTEMPT_ID="));
  }

  @Test
  void eightWithinAMinuteBecomeOneMessage() throws Exception {
    RunningServer server = server(List.of(), null);
    Path out = server.directory().resolve("out");
    Path gate = server.directory().resolve("gate");
    Path waits = server.directory().resolve("waits");
    assertThat(new ProcessBuilder("mkfifo", gate.toString()).start().waitFor()).isZero();
    String rule =
        "command:[ \"$BIDE_NOTICE_EVENT\" = digest ] || { : > "
            + waits
            + "; cat "
            + gate
            + "; }; { echo $BIDE_NOTICE_EVENT $BIDE_NOTICE_COUNT; cat; } >> "
            + out;
    server.end(server.addTelling(rule));
    await().until(() -> Files.exists(waits)); // its notice, at the gate
    for (int i = 0; i < 8; i++) {
      server.end(server.addTelling(rule));
    }
    Files.writeString(gate, "open\n");
    awaitState(server, "", "SENT");

    assertThat(Files.readAllLines(out))
        .startsWith("end", "a last word", "digest 8")
        .contains("job 2 (told) failed with exit code 7", "job 9 (told) failed with exit code 7")
        .hasSize(11);
    assertThat(server.notices("?limit=8"))
        .extracting(one -> one.text("digest"))
        .doesNotContainNull();
  }

  @Test
  void mailThatNobodyTookIsSentOnceSomebodyDoes() throws Exception {
    int port = Ports.free();
    RunningServer server =
        server(List.of(), new MailServer(false, "127.0.0.1", port, null, null, "bide@example.org"));
    HttpResponse<String> answer =
        server.post(
            "jobs",
            Map.of(
                "shell",
                "echo grüße; exit 7",
                "name",
                "ein Name\r\nBcc: eve@example.org",
                "notify",
                List.of("mailto:me@example.org")));
    server.end(RunningServer.fields(answer).number("number"));
    await()
        .untilAsserted(
            () ->
                assertThat(server.notices(""))
                    .hasSize(1)
                    .allMatch(one -> one.number("tries") >= 1)
                    .allMatch(one -> String.valueOf(one.text("error")).contains("127.0.0.1")));
    GreenMail mail = new GreenMail(new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    mail.start();
    closing(mail::stop);
    awaitState(server, "", "SENT"); // by itself, after its pause

    assertThat(mail.getReceivedMessages()).hasSize(1);
    MimeMessage received = mail.getReceivedMessages()[0];
    String id = server.notices("").get(0).needed("id");
    assertThat(received.getMessageID()).isEqualTo("<" + id + "@bide>");
    assertThat(received.getSubject())
        .isEqualTo("job 1 (ein Name  Bcc: eve@example.org) failed with exit code 7");
    assertThat(received.getAllRecipients()).hasSize(1);
    assertThat(received.getHeader("Bcc")).isNull();
    assertThat(received.getFrom()[0]).hasToString("bide@example.org");
    assertThat(String.valueOf(received.getContent()))
        .contains("grüße", server.uri("/jobs/1").toString());
  }

  @Test
  void aQueueTellsWhoItIsToldToTell() throws Exception {
    RunningServer server = server(THIS_MACHINE, null);
    HttpResponse<String> changed =
        server.send(
            server.json(
                "PATCH",
                "queues/default",
                Map.of("notify", List.of("empty,failure=" + web.url("/queue")))));
    assertThat(changed.body()).contains("failure,empty=" + web.url("/…"));
    server.end(server.addTelling());
    awaitState(server, "", "SENT");

    assertThat(web.posted())
        .extracting(one -> one.json().needed("event"))
        .containsExactlyInAnyOrder("failure", "empty");
    server.send(server.json("PATCH", "queues/default", Map.of("notify", List.of())));
    assertThat(server.get("queues/default").body()).contains("\"notify\":[]");
  }

  @Test
  void aTestSaysWhatCameOut() throws Exception {
    RunningServer server = server(THIS_MACHINE, null);
    web.answer("/down", 503);

    assertThat(test(server, web.url("/hook")).flag("sent")).isTrue();
    assertThat(test(server, web.url("/down")).text("error")).endsWith("answered with 503");
    assertThat(test(server, "command:echo why; exit 9").text("error"))
        .isEqualTo("the command ended with exit code 9: why");
    assertThat(test(server, "mailto:me@example.org").text("error"))
        .contains("no server for mail is named");
    assertThat(server.notices("")).isEmpty();
  }

  @Test
  void fewTestsRunAtATimeAndTheyEndWithTheServer() throws Exception {
    RunningServer server = server(List.of(), null);
    Path pids = server.directory().resolve("pids");
    Map<String, String> rule = Map.of("rule", "command:echo $$ >> " + pids + "; sleep 600; true");
    for (int i = 0; i < 4; i++) {
      var unused = server.sendAsync(server.json("POST", "notices/test", rule));
    }
    await().until(() -> Files.exists(pids) && Files.readAllLines(pids).size() == 4);
    List<ProcessHandle> processes = new ArrayList<>();
    for (String pid : Files.readAllLines(pids)) {
      ProcessHandle shell = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
      processes.add(shell);
      await().until(() -> shell.children().findAny().isPresent());
      shell.children().forEach(processes::add);
    }

    HttpResponse<String> refused = server.post("notices/test", rule);
    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.headers().firstValue("Retry-After")).contains("5");
    assertThat(refused.body()).contains("at most 4 notices are tried out at a time");
    server.server().close();
    assertThat(processes).hasSize(8);
    await().until(() -> processes.stream().noneMatch(ProcessHandle::isAlive));
    assertThat(Files.readAllLines(pids)).hasSize(4);
  }

  @Test
  void aBrokenTestGivesItsPlaceBack() throws Exception {
    RunningServer server = server(List.of(), null);
    for (int i = 0; i < 9; i++) {
      assertThat(test(server, "command:exit 1").flag("sent")).isFalse();
    }
  }

  @Test
  void mailIsSentWithThePasswordInTheFileToAServerWhoseCertificateIsInAnother() throws Exception {
    Path directory = Files.createTempDirectory("bide-mail");
    open.add(() -> Leftovers.delete(directory));
    TlsIdentity identity = TlsIdentity.make(directory, "dns:localhost");
    SmtpReceiver mail = closing(new SmtpReceiver(identity.context(), false, "ada:geheim"));
    Path password = Files.writeString(directory.resolve("password"), "geheim\n");
    Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
    MailServer to =
        new MailServer(false, "localhost", mail.port(), "ada", password, "bide@example.org");
    RunningServer server =
        closing(
            RunningServer.start(
                new NoticeSettings(List.of(), List.of(), null, identity.certificate(), to)));
    long job =
        RunningServer.fields(
                server.post(
                    "jobs",
                    Map.of(
                        "shell",
                        "printf 'a\\342\\200\\256b \\033[31mred\\n'; exit 3",
                        "name",
                        "left \u202e right",
                        "notify",
                        List.of("me@example.org"))))
            .number("number");
    server.end(job);
    awaitState(server, "", "SENT");

    assertThat(mail.heard("AUTH")).hasSize(1).allMatch(SmtpReceiver.Heard::encrypted);
    MimeMessage received =
        new MimeMessage(
            Session.getInstance(new Properties()),
            new ByteArrayInputStream(mail.mails().get(0).getBytes(StandardCharsets.ISO_8859_1)));
    assertThat(received.getSubject()).isEqualTo("job 1 (left  right) failed with exit code 3");
    assertThat(String.valueOf(received.getContent()))
        .contains("ab red")
        .doesNotContain("\u202e", "\u001b");
  }

  private static Fields test(RunningServer server, String rule) throws Exception {
    return RunningServer.fields(server.post("notices/test", Map.of("rule", rule)));
  }
}
