/** Which visits: to come, past, all; those of one patient, by three letters at most or a birth date (R13). */
import { signal } from "@preact/signals";
import { Field } from "../../ui/field.tsx";
import { t } from "../words.ts";
import { type Filter, filter, LETTERS, loadAnew, search, searchTerm } from "./agenda-state.ts";

const FILTERS: Filter[] = ["upcoming", "past", "all"];
/** Between two keys of somebody who types. */
const PAUSE_MS = 250;

const isCut = signal(false);
let timer: ReturnType<typeof setTimeout> | undefined;

export function AgendaFilter() {
  return (
    <search class="agenda-filter">
      <fieldset class="segments">
        <legend class="said-only">{t("agenda.filter")}</legend>
        {FILTERS.map((each) => (
          <button
            key={each}
            type="button"
            class="segment"
            aria-pressed={filter.value === each}
            onClick={() => choose(each)}
          >
            {t(`agenda.filter-${each}`)}
          </button>
        ))}
      </fieldset>
      <Field
        label={t("agenda.search")}
        type="search"
        name="patient"
        autocomplete="off"
        spellcheck={false}
        maxLength={40}
        value={search.value}
        onInput={type}
        hint={t(isCut.value ? "agenda.search-cut" : "agenda.search-hint")}
      />
    </search>
  );
}

function choose(chosen: Filter): void {
  filter.value = chosen;
  void loadAnew();
}

/** Letters beyond the third are not kept: they would not be sent. */
function type(value: string): void {
  const isName = /^\s*\p{L}/u.test(value);
  isCut.value = isName && value.trim().length > LETTERS;
  search.value = isCut.value ? value.trim().slice(0, LETTERS) : value;
  clearTimeout(timer);
  if (searchTerm(search.value) !== null) timer = setTimeout(() => void loadAnew(), PAUSE_MS);
}
