package dev.bide.notice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NoticeRuleTest {
  @Test
  void withoutAnEventItIsTheEndOfAJob() throws InvalidNotice {
    NoticeRule rule = NoticeRule.parse("ada@example.org");

    assertThat(rule.events()).containsExactly(NoticeEvent.END);
    assertThat(rule.target()).isEqualTo(new NoticeTarget.Mail("ada@example.org"));
    assertThat(rule.text()).isEqualTo("end=mailto:ada@example.org");
  }

  @Test
  void severalEventsAreSeparatedByCommas() throws InvalidNotice {
    NoticeRule rule = NoticeRule.parse("start, failure=command:notify-send \"$BIDE_JOB_NAME\" a=b");

    assertThat(rule.events()).isEqualTo(Set.of(NoticeEvent.START, NoticeEvent.FAILURE));
    assertThat(rule.target().text()).isEqualTo("command:notify-send \"$BIDE_JOB_NAME\" a=b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "end=command:echo a=b",
        "start,end,failure,empty,missed=mailto:a+b@localhost",
        "failure=https://example.org/hook?token=a=b",
        "end=slack+https://hooks.slack.com/services/T0/B0/x",
        "end=teams+https://example.org:8443/workflows/1",
        "end=discord+https://discord.com/api/webhooks/1/x",
        "end=ntfy+https://ntfy.sh/mine",
        "end=gotify+http://localhost:8080/message?token=x",
        "end=https://[2001:db8::1]/x"
      })
  void whatItWritesItReads(String text) throws InvalidNotice {
    assertThat(NoticeRule.parse(text).text()).isEqualTo(text);
    assertThat(NoticeRule.parse(NoticeRule.parse(text).text())).isEqualTo(NoticeRule.parse(text));
  }

  @Test
  void theSecretsOfAnAddressAreNotShown() throws InvalidNotice {
    assertThat(NoticeRule.parse("failure=slack+https://hooks.slack.com/services/T0/B0/x").shown())
        .isEqualTo("failure=slack+https://hooks.slack.com/…");
    assertThat(NoticeRule.parse("gotify+http://localhost:8080/message?token=x").shown())
        .isEqualTo("end=gotify+http://localhost:8080/…");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "ending=a@b.c | no notice is called 'ending': there are start, end, failure, empty, missed",
        "start,=a@b.c | no notice is called ''",
        "ada | 'ada' is no place to send a notice to: command:LINE, mailto:name@example.org",
        "\"\" | '' is no place",
        "command: | a command is missing after 'command:'",
        "mailto:ada | 'ada' is no mail address; it has the form name@example.org",
        "mailto:a@b.c,d@e.f | is no mail address",
        "ftp://example.org/x | is no place",
        "irc+https://example.org/x | 'irc+' is no kind of webhook",
        "https:///x | has no host",
        "https://a_b/x | has no host",
        "https://ada:secret@example.org/ | cannot hold a user and a password",
        "https://example.org/#x | ends before '#'",
        "https://example.org:0/ | from 1 to 65535",
        "https://example.org:99999/ | from 1 to 65535",
        "https://exa mple.org/ | cannot be read",
        "ntfy+https://ntfy.sh/ | a topic is missing: ntfy+https://ntfy.sh/TOPIC",
      })
  void whatIsNoneIsRefusedWithWhatToDo(String text, String message) {
    assertThatThrownBy(() -> NoticeRule.parse(text))
        .isInstanceOf(InvalidNotice.class)
        .hasMessageContaining(message);
  }

  @Test
  void lineBreaksAndTextsWithoutEndAreRefused() {
    assertThatThrownBy(() -> NoticeRule.parse("mailto:ada@example.org\nBcc: b@example.org"))
        .hasMessageContaining("line break");
    assertThatThrownBy(() -> NoticeRule.parse("command:" + "x".repeat(5_000)))
        .hasMessageContaining("at most 4096 characters, these are 5008");
  }
}
