import type { Command } from 'commander';
import { z } from 'zod';
import type { CliCommand } from '../command.ts';
import { operatorClient } from './operator-client.ts';
import { addServerOption, durationSeconds } from './options.ts';
import { parseAnswer } from './parse-answer.ts';
import { type CardAnswer, cardLines, fetchCard } from './request-card.ts';
import type { ServerOptions } from './server-url.ts';

const requestSchema = z.object({ id: z.string(), state: z.string() });

interface AnswerOptions extends ServerOptions {
  readonly reason?: string;
  /** Seconds. */
  readonly for?: number;
  readonly actions?: string;
  readonly resources?: string;
  readonly choice?: string;
  readonly inPlaceOf?: string;
}

/** `approve` and `deny` show what is answered; only a yes can be one to less. */
export function answerCommand(verdict: 'approve' | 'deny'): CliCommand {
  return {
    configure(command, cli, exit) {
      addServerOption(command)
        .argument('<request>', 'id of the request')
        .option('--reason <text>', 'why, for the requester and the audit log');
      if (verdict === 'approve') addNarrowing(command);
      command.action(async (id: string) => {
        const options = command.optsWithGlobals<AnswerOptions>();
        const client = await operatorClient(cli, options);
        const card = await fetchCard(client, id);
        if (options.quiet !== true) cli.stderr.write(`${cardLines(card).join('\n')}\n`);
        const path = `/api/requests/${encodeURIComponent(id)}/${verdict}`;
        const reason = options.reason === undefined ? {} : { reason: options.reason };
        const json = verdict === 'deny' ? reason : { ...reason, ...approval(options, card) };
        const request = parseAnswer(requestSchema, await client.call({ method: 'POST', path, json }), client);
        cli.stdout.write(`${request.id} ${request.state}\n`);
        exit(0);
      });
    },
  };
}

function addNarrowing(command: Command): void {
  command
    .option('--for <duration>', 'for less time, such as 10m', durationSeconds)
    .option('--actions <list>', 'only these actions, separated by commas')
    .option('--resources <list>', 'only these resources, separated by commas')
    .option('--choice <id>', 'a narrower choice of the policy')
    .option('--in-place-of <operator>', 'as the substitute of this operator');
}

/** What was looked at is what is approved: the issuer refuses when the request has changed since. */
function approval(options: AnswerOptions, card: CardAnswer): object {
  const { for: seconds, actions, resources, choice, inPlaceOf } = options;
  return {
    hash: card.hash,
    ...(seconds === undefined ? {} : { duration: wholeTime(seconds, card) }),
    ...(actions === undefined ? {} : { actions: listOf(actions) }),
    ...(resources === undefined ? {} : { resources: listOf(resources) }),
    ...(choice === undefined ? {} : { choice }),
    ...(inPlaceOf === undefined ? {} : { in_place_of: inPlaceOf }),
  };
}

/** Of more time for a lease, what is named is the more; the request says the whole. */
function wholeTime(seconds: number, { extension, effective }: CardAnswer): number {
  if (extension === undefined) return seconds;
  const more = (Date.parse(extension.until) - Date.parse(extension.from)) / 1000;
  return effective.duration - more + seconds;
}

function listOf(text: string): readonly string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}
