import { entriesAt } from '../../src/scan/formats/node.ts';
import type { Scanner } from '../../src/scan/scanner.ts';
import { FactSet } from '../terraform/fact-set.ts';
import { problemsOf } from '../terraform/problems-of.ts';
import { ofStack } from './of-stack.ts';
import { readTemplates } from './read-template.ts';
import { recogniseCloudFormation } from './recognise.ts';
import { stackOf } from './stack.ts';
import { Template } from './template.ts';
import { TemplateFacts } from './template-facts.ts';

/** Templates of CloudFormation and of SAM; docs/sources/cloudformation.md says what is read and what is not. */
export const cloudformationScanner: Scanner = {
  id: 'cloudformation',
  title: 'CloudFormation and SAM templates',
  recognise: recogniseCloudFormation,
  async read(file, context) {
    const format = recogniseCloudFormation(file);
    if (format === undefined) return;
    const stack = stackOf(file.path, file.about);
    const problem = problemsOf(file, context);
    for await (const root of readTemplates(file, format)) {
      const facts = new FactSet(file.path, context.fingerprint, problem);
      new TemplateFacts(new Template(root, file.path, stack.account), facts).tell();
      // What a stack answers is there; what stands in a repository may be.
      const declared = format !== 'template-answer';
      for (const fact of facts.all()) context.emit(ofStack(fact, stack, declared));
      for (const [name, { place }] of entriesAt(root, 'Resources')) {
        if (!name.startsWith('Fn::')) continue;
        const message = `resources that ${name.split('::').slice(0, 2).join('::')} makes were not looked at`;
        context.notice?.({ message, location: facts.at(place) });
      }
    }
  },
};
