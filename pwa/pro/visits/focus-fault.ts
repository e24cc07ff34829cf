/** Where a form that is not accepted takes the reader: to the first field at fault, once it says so. */
export function focusFirstFault(form: HTMLElement | null): void {
  requestAnimationFrame(() => {
    const fault = form?.querySelector<HTMLElement>('[aria-invalid="true"]');
    const input = fault?.matches("[role=radiogroup]") ? fault.querySelector<HTMLElement>("input") : fault;
    input?.focus();
  });
}
