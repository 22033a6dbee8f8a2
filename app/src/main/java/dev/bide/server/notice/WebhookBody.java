package dev.bide.server.notice;

import dev.bide.api.Json;
import dev.bide.notice.NoticeTarget;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is posted to a webhook, and where: JSON in the shape that its receiver reads. Nothing that a
 * job has printed becomes a link, a mention or a format there, and no text is longer than they
 * take.
 *
 * @param address where it is posted; of ntfy it is the server, without the topic
 * @param json what is posted
 */
record WebhookBody(URI address, String json) {
  /** Discord takes 2,000 characters, ntfy 4,096 bytes; of a longer log nobody reads more here. */
  private static final int MOST = 1_000;

  private static final int LONGEST_TITLE = 200;

  /** What Discord reads as a format, a mention or a link. */
  private static final Pattern FORMAT = Pattern.compile("[\\\\*_~`|>\\[\\]()#<@:-]");

  private static final char ZERO_WIDTH_SPACE = '\u200b';

  static WebhookBody of(NoticeTarget.Webhook target, Message message) {
    URI address = target.address();
    return switch (target.shape()) {
      case BIDE -> json(address, bide(message));
      case SLACK -> json(address, Map.of("text", slack(message)));
      case TEAMS -> json(address, teams(message));
      case DISCORD ->
          json(
              address,
              Map.of("content", discord(message), "allowed_mentions", Map.of("parse", List.of())));
      case NTFY -> ntfy(address, message);
      case GOTIFY ->
          json(
              address,
              ordered(
                  "title",
                  title(message),
                  "message",
                  plain(message),
                  "priority",
                  message.bad() ? 8 : 4));
    };
  }

  private static WebhookBody json(URI address, Map<String, Object> fields) {
    return new WebhookBody(address, Json.write(fields));
  }

  private static Map<String, Object> bide(Message message) {
    return ordered(
        "id", message.id(),
        "event", message.event().word(),
        "at", message.at().toString(),
        "title", message.title(),
        "text", message.body(),
        "url", message.link(),
        "facts", message.facts());
  }

  private static String slack(Message message) {
    String link = message.link() == null ? "" : "\n<" + message.link() + "|Open>";
    String body = cut(message.body(), MOST);
    return "*"
        + slackText(title(message))
        + "*"
        + (body.isEmpty() ? "" : "\n```" + slackText(unfenced(body)) + "```")
        + link;
  }

  /** A line of a log must not end the block that it is in. */
  private static String unfenced(String body) {
    return body.replace("```", "``" + ZERO_WIDTH_SPACE + "`");
  }

  private static String slackText(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static Map<String, Object> teams(Message message) {
    List<Object> body = new ArrayList<>();
    body.add(run(title(message), Map.of("weight", "Bolder")));
    for (String line : cut(message.body(), MOST).split("\n", -1)) {
      if (!line.isEmpty()) {
        body.add(run(line, Map.of("fontType", "Monospace", "size", "Small")));
      }
    }
    Map<String, Object> card =
        ordered(
            "$schema", "http://adaptivecards.io/schemas/adaptive-card.json",
            "type", "AdaptiveCard",
            "version", "1.4",
            "body", body);
    if (message.link() != null) {
      card.put(
          "actions",
          List.of(ordered("type", "Action.OpenUrl", "title", "Open", "url", message.link())));
    }
    return Map.of(
        "type",
        "message",
        "attachments",
        List.of(
            ordered("contentType", "application/vnd.microsoft.card.adaptive", "content", card)));
  }

  /** A text block would read Markdown; a run of text is what it is. */
  private static Map<String, Object> run(String text, Map<String, Object> look) {
    Map<String, Object> run = ordered("type", "TextRun", "text", text);
    run.putAll(look);
    return ordered("type", "RichTextBlock", "inlines", List.of(run));
  }

  private static String discord(Message message) {
    String body = cut(message.body(), MOST);
    return "**"
        + FORMAT.matcher(title(message)).replaceAll("\\\\$0")
        + "**"
        + (body.isEmpty() ? "" : "\n```\n" + unfenced(body) + "\n```")
        + (message.link() == null ? "" : "\n" + message.link());
  }

  private static WebhookBody ntfy(URI topic, Message message) {
    String path = topic.getPath().replaceAll("/+$", "");
    int last = path.lastIndexOf('/');
    Map<String, Object> fields =
        ordered(
            "topic", path.substring(last + 1),
            "title", title(message),
            "message", plain(message),
            "priority", message.bad() ? 4 : 3,
            "tags", List.of(message.bad() ? "x" : "white_check_mark"));
    if (message.link() != null) {
      fields.put("click", message.link());
    }
    return json(topic.resolve(path.substring(0, last + 1)), fields);
  }

  private static String title(Message message) {
    return cut(message.title(), LONGEST_TITLE);
  }

  /** An empty message would be filled with words of the receiver's own. */
  private static String plain(Message message) {
    String body = cut(message.body(), MOST);
    return body.isEmpty() ? message.at().toString() : body;
  }

  /** The end of a text is what says most. */
  private static String cut(String text, int most) {
    int characters = text.codePointCount(0, text.length());
    return characters <= most
        ? text
        : "…" + text.substring(text.offsetByCodePoints(0, characters - most + 1));
  }

  private static Map<String, Object> ordered(@Nullable Object... namesAndValues) {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (int index = 0; index < namesAndValues.length; index += 2) {
      fields.put(String.valueOf(namesAndValues[index]), namesAndValues[index + 1]);
    }
    return fields;
  }
}
