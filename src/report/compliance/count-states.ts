import { CONTROL_STATES, type ComplianceReport, type ControlState } from './compliance-report.ts';

/** How many controls are in each state. */
export function countStates({ controls }: Pick<ComplianceReport, 'controls'>): Record<ControlState, number> {
  const count = (state: ControlState) => controls.filter((control) => control.state === state).length;
  return Object.fromEntries(CONTROL_STATES.map((state) => [state, count(state)])) as Record<ControlState, number>;
}
