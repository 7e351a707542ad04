/** The stack that a template is of. */
export interface Stack {
  readonly name: string;
  /** Where whoever gave the file said so. */
  readonly account: string | undefined;
}

const ARN = /^arn:[^:]*:cloudformation:[^:]*:(\d{12}):stack\/([^/]+)/;

/** Named by the ARN or the name of the stack that was given with the file, else by the file's path. */
export function stackOf(path: string, about: string | undefined): Stack {
  const [, account, name] = ARN.exec(about ?? '') ?? [];
  if (name !== undefined) return { name, account };
  return { name: about ?? path.replace(/(?:\.template)?\.[^./]+$/, ''), account: undefined };
}
