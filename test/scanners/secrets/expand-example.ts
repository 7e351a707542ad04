export { expandExample, expandWithPlaces } from '../../../src/scan/secrets/expand-example.ts';
