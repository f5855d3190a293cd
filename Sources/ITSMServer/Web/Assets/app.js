// Starts what a page has. Each module finds its markup, makes it faster, and leaves plain HTML working without it.
import { reveal } from './shell.js';

reveal();
