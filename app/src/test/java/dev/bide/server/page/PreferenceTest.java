package dev.bide.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PreferenceTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      value = {
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8 | true",
        "text/html                                  | true",
        "Text/HTML; charset=utf-8                   | true",
        "text/html, application/json                | true",
        "application/json;q=0.5, text/html          | true",
        "application/json, text/html                | false",
        "application/json, text/html;q=0.1          | false",
        "text/html;q=0.1, application/problem+json  | false",
        "text/html;q=0                              | false",
        "text/html;q=x                              | false",
        "application/json                           | false",
        "*/*                                        | false",
        "''                                         | false",
        "none                                       | false",
      })
  void a_page_is_for_those_who_name_it_first(String accept, boolean page) {
    assertThat(Preference.isPage(accept)).isEqualTo(page);
  }
}
